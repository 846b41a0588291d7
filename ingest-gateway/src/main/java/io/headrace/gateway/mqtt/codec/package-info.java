/**
 * MQTT 3.1.1 and 5 on the wire: bytes come in and typed packets or a {@link io.headrace.gateway.mqtt.codec.Malformed}
 * verdict go out, and packets go out as bytes. Kept between packets are the version that CONNECT chose and the last
 * topic, so that a device's usual topic isn't decoded again and again. Strict by the normative statements of the two
 * OASIS standards; knows nothing of sockets, sessions or devices.
 */
@NullMarked
package io.headrace.gateway.mqtt.codec;

import org.jspecify.annotations.NullMarked;
