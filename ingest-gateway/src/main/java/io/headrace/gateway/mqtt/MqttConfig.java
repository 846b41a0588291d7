package io.headrace.gateway.mqtt;

import io.headrace.config.Settings;
import io.headrace.gateway.listen.ListenConfig;
import io.headrace.gateway.mqtt.session.SessionLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Telemetry over MQTT.
 *
 * @param listen where to take plaintext MQTT; empty for nowhere
 * @param tlsListen where to take MQTT over TLS; empty for nowhere
 * @param session what a connection grants
 * @param connectTimeout from the connection to its CONNECT, TLS handshake included
 * @param unreadTimeout how long a peer may leave answers unread before it is cut off
 * @param maxIdleSessions sessions that are kept without a connection
 * @param willBudget bytes of the wills of all connections together
 * @param unfinishedBudget bytes of large packets that have begun and haven't ended, of all connections together; a
 *     quarter of it more for connections that aren't a device's yet
 */
public record MqttConfig(
        Optional<InetSocketAddress> listen,
        Optional<InetSocketAddress> tlsListen,
        SessionLimits session,
        Duration connectTimeout,
        Duration unreadTimeout,
        int maxIdleSessions,
        long willBudget,
        long unfinishedBudget) {
    private static final int HEADER_ROOM = 80 << 10;

    /**
     * Reads everything under {@code gateway.mqtt.} and {@code gateway.mqtts.}, and {@code gateway.max-payload}.
     *
     * @param hasCertificate whether TLS can be offered, and so is by default
     */
    public static MqttConfig from(Settings settings, boolean hasCertificate) {
        Optional<InetSocketAddress> listen = ListenConfig.address(settings, "gateway.mqtt.listen", "127.0.0.1:1883");
        Optional<InetSocketAddress> tlsListen =
                ListenConfig.address(settings, "gateway.mqtts.listen", hasCertificate ? "127.0.0.1:8883" : "off");
        boolean authenticated = settings.oneOf("gateway.mqtt.authentication", "required", Set.of("required", "none"))
                .equals("required");
        if (!authenticated) {
            listen.ifPresent(address -> requireLoopback("gateway.mqtt.listen", address));
            tlsListen.ifPresent(address -> requireLoopback("gateway.mqtts.listen", address));
        }
        return new MqttConfig(
                listen,
                tlsListen,
                session(settings, authenticated),
                settings.duration(
                        "gateway.mqtt.connect-timeout",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(5)),
                settings.duration(
                        "gateway.mqtt.unread-timeout",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(5)),
                settings.integer("gateway.mqtt.max-idle-sessions", 100_000, 0, 10_000_000),
                settings.bytes("gateway.mqtt.will-budget", 32 << 20, 64 << 10, 16L << 30),
                settings.bytes("gateway.mqtt.unfinished-budget", 32 << 20, 1 << 20, 16L << 30));
    }

    private static SessionLimits session(Settings settings, boolean authenticated) {
        int maxPayload = Math.toIntExact(settings.bytes("gateway.max-payload", 256 << 10, 1 << 10, 2 << 20));
        // A topic may take 64 KiB, and properties their part, without taking it from the payload.
        int maxPacket =
                Math.toIntExact(settings.bytes("gateway.mqtt.max-packet", maxPayload + HEADER_ROOM, 1 << 10, 16 << 20));
        return new SessionLimits(
                authenticated,
                maxPacket,
                maxPayload,
                // More in flight than one connection needs to fill a batch of Kafka's while the one before is under
                // way.
                settings.integer("gateway.mqtt.receive-maximum", 512, 1, 65_535),
                Math.toIntExact(settings.bytes("gateway.mqtt.max-in-flight", 1 << 20, 1 << 10, 1 << 30)),
                settings.integer("gateway.mqtt.topic-alias-maximum", 32, 0, 65_535),
                settings.duration(
                        "gateway.mqtt.keep-alive-maximum",
                        Duration.ofHours(1),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(65_535)),
                settings.duration(
                        "gateway.mqtt.session-expiry-maximum",
                        Duration.ofHours(24),
                        Duration.ZERO,
                        Duration.ofDays(365)));
    }

    private static void requireLoopback(String key, InetSocketAddress address) {
        InetAddress host = new InetSocketAddress(address.getHostString(), address.getPort()).getAddress();
        if (host == null || !host.isLoopbackAddress()) {
            throw Settings.invalid(
                    key,
                    address.getHostString() + ":" + address.getPort(),
                    "a loopback address where gateway.mqtt.authentication = none");
        }
    }
}
