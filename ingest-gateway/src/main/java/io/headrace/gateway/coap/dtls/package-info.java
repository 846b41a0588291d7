/**
 * DTLS 1.2 under CoAP, by Scandium: handshakes of devices with a key or a certificate come in, sessions that know whose
 * they are come out. Kept: the sessions and the handshakes under way, both bounded. Which credential proves which
 * device is for {@link io.headrace.gateway.identity} to say; here it is only made sure that the peer holds it.
 */
@NullMarked
package io.headrace.gateway.coap.dtls;

import org.jspecify.annotations.NullMarked;
