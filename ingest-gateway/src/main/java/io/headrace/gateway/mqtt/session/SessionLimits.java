package io.headrace.gateway.mqtt.session;

import java.time.Duration;

/**
 * What a session grants a device.
 *
 * @param authenticated whether devices must prove who they are
 * @param maxPacket bytes of the largest packet, told to MQTT 5 clients
 * @param maxPayload bytes of the largest payload
 * @param receiveMaximum messages that may be in flight on one connection, 1 to 65,535
 * @param maxInFlight bytes of messages in flight on one connection, at which it isn't read: one device can't use up what
 *     all have together, neither with large messages nor with small packets that an alias makes large
 * @param topicAliasMaximum topic aliases per connection, 0 to 65,535
 * @param keepAliveMaximum longest keep alive; also taken where a device asks for none
 * @param sessionExpiryMaximum longest time that a session outlives its connection
 */
public record SessionLimits(
        boolean authenticated,
        int maxPacket,
        int maxPayload,
        int receiveMaximum,
        int maxInFlight,
        int topicAliasMaximum,
        Duration keepAliveMaximum,
        Duration sessionExpiryMaximum) {}
