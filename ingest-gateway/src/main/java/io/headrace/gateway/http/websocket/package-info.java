/**
 * MQTT over WebSocket (RFC 6455; MQTT 5 §6): a request of HTTP/1.1 comes in, a connection for {@link
 * io.headrace.gateway.mqtt} goes out, with bytes in binary frames. Kept: nothing but where the closing handshake stands.
 */
@NullMarked
package io.headrace.gateway.http.websocket;

import org.jspecify.annotations.NullMarked;
