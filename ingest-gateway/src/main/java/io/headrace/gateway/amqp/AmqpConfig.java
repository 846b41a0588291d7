package io.headrace.gateway.amqp;

import io.headrace.config.Settings;
import io.headrace.gateway.amqp.session.SessionLimits;
import io.headrace.gateway.listen.ListenConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Telemetry over AMQP 1.0.
 *
 * @param listen where to take plaintext AMQP; empty for nowhere
 * @param tlsListen where to take AMQP over TLS; empty for nowhere
 * @param session what a connection grants
 * @param timeouts how long a peer may take
 */
public record AmqpConfig(
        Optional<InetSocketAddress> listen,
        Optional<InetSocketAddress> tlsListen,
        SessionLimits session,
        Timeouts timeouts) {
    private static final int SECTIONS_ROOM = 64 << 10;

    /**
     * How long a peer may take.
     *
     * @param open from the connection to its open, TLS handshake and SASL included
     * @param transfer from the first to the last transfer of a message
     * @param unread for leaving answers unread
     */
    public record Timeouts(Duration open, Duration transfer, Duration unread) {}

    /**
     * Reads everything under {@code gateway.amqp.} and {@code gateway.amqps.}, and {@code gateway.max-payload}.
     *
     * @param hasCertificate whether TLS can be offered, and so is by default
     * @param containerId names this gateway to its peers
     */
    public static AmqpConfig from(Settings settings, boolean hasCertificate, String containerId) {
        int maxPayload = Math.toIntExact(settings.bytes("gateway.max-payload", 256 << 10, 1 << 10, 2 << 20));
        return new AmqpConfig(
                ListenConfig.address(settings, "gateway.amqp.listen", "127.0.0.1:5672"),
                ListenConfig.address(settings, "gateway.amqps.listen", hasCertificate ? "127.0.0.1:5671" : "off"),
                new SessionLimits(
                        containerId,
                        Math.toIntExact(settings.bytes("gateway.amqp.max-frame", 64 << 10, 4 << 10, 1 << 20)),
                        settings.integer("gateway.amqp.max-sessions", 8, 1, 256),
                        settings.integer("gateway.amqp.max-links", 16, 1, 256),
                        // More than one link needs to fill a batch of Kafka's while the one before is under way.
                        settings.integer("gateway.amqp.credit", 200, 1, 10_000),
                        maxPayload,
                        maxPayload + SECTIONS_ROOM,
                        settings.duration(
                                "gateway.amqp.idle-timeout",
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(1),
                                Duration.ofHours(1))),
                new Timeouts(
                        timeout(settings, "gateway.amqp.open-timeout", Duration.ofSeconds(10)),
                        timeout(settings, "gateway.amqp.transfer-timeout", Duration.ofSeconds(30)),
                        timeout(settings, "gateway.amqp.unread-timeout", Duration.ofSeconds(10))));
    }

    private static Duration timeout(Settings settings, String key, Duration otherwise) {
        return settings.duration(key, otherwise, Duration.ofMillis(100), Duration.ofMinutes(5));
    }
}
