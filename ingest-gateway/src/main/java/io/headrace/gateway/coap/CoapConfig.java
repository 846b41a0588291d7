package io.headrace.gateway.coap;

import io.headrace.config.Settings;
import io.headrace.gateway.coap.command.Observations;
import io.headrace.gateway.listen.ListenConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Telemetry over CoAP.
 *
 * @param listen where to take plaintext CoAP; empty for nowhere
 * @param securedListen where to take CoAP over DTLS; empty for nowhere
 * @param authenticated whether plaintext requests name a device and prove it; where not, any name is a device
 * @param limits bounds of one listener
 * @param timeouts how long things may take
 * @param observations of commands, of one listener
 */
public record CoapConfig(
        Optional<InetSocketAddress> listen,
        Optional<InetSocketAddress> securedListen,
        boolean authenticated,
        Limits limits,
        Timeouts timeouts,
        Observations.Bounds observations) {

    /**
     * Bounds of one listener.
     *
     * @param maxPayload largest message, bytes, in one datagram or in blocks
     * @param maxInFlight requests that wait for Kafka; one more is answered 5.03
     * @param maxRemembered requests that are remembered to recognise their repetition
     * @param maxTransfers bodies that are coming in block by block; one more is answered 5.03
     * @param maxSessions DTLS sessions; where all are in use, no handshake ends well
     * @param maxHandshakes DTLS handshakes under way, a quarter of them from one address
     * @param maxRetransmit how often a message that asks for its acknowledgement is sent again (RFC 7252 §4.8)
     */
    public record Limits(
            int maxPayload,
            int maxInFlight,
            int maxRemembered,
            int maxTransfers,
            int maxSessions,
            int maxHandshakes,
            int maxRetransmit) {}

    /**
     * How long things may take.
     *
     * @param ack how long a request waits for Kafka before it is answered with 5.03
     * @param block how long a body's next block may take
     */
    public record Timeouts(Duration ack, Duration block) {}

    /** Reads everything under {@code gateway.coap.} and {@code gateway.coaps.}, and {@code gateway.max-payload}. */
    public static CoapConfig from(Settings settings) {
        Optional<InetSocketAddress> listen = ListenConfig.address(settings, "gateway.coap.listen", "127.0.0.1:5683");
        boolean authenticated = settings.oneOf("gateway.coap.authentication", "required", Set.of("required", "none"))
                .equals("required");
        if (!authenticated) {
            listen.ifPresent(CoapConfig::requireLoopback);
        }
        Duration block = timeout(settings, "gateway.coap.block-timeout", Duration.ofMinutes(1));
        return new CoapConfig(
                listen,
                ListenConfig.address(settings, "gateway.coaps.listen", "127.0.0.1:5684"),
                authenticated,
                limits(settings),
                new Timeouts(timeout(settings, "gateway.coap.ack-timeout", Duration.ofSeconds(10)), block),
                observations(settings, block));
    }

    private static Observations.Bounds observations(Settings settings, Duration block) {
        return new Observations.Bounds(
                settings.integer("gateway.coap.max-observations", 10_000, 0, 1_000_000),
                settings.duration(
                        "gateway.coap.observe-interval",
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(1),
                        Duration.ofDays(1)),
                block);
    }

    private static Limits limits(Settings settings) {
        int maxInFlight = settings.integer("gateway.coap.max-in-flight", 10_000, 1, 1_000_000);
        return new Limits(
                Math.toIntExact(settings.bytes("gateway.max-payload", 256 << 10, 1 << 10, 2 << 20)),
                maxInFlight,
                // A request that waits for Kafka is never forgotten: there must be room for others beside them.
                settings.integer(
                        "gateway.coap.max-remembered", Math.max(50_000, 2 * maxInFlight), 2 * maxInFlight, 10_000_000),
                settings.integer("gateway.coap.max-transfers", 1_000, 0, 1_000_000),
                settings.integer("gateway.coaps.max-sessions", 50_000, 1, 10_000_000),
                settings.integer("gateway.coaps.max-handshakes", 1_000, 4, 1_000_000),
                settings.integer("gateway.coap.max-retransmit", 4, 1, 8));
    }

    private static Duration timeout(Settings settings, String key, Duration otherwise) {
        return settings.duration(key, otherwise, Duration.ofMillis(100), Duration.ofHours(1));
    }

    private static void requireLoopback(InetSocketAddress address) {
        InetAddress host = new InetSocketAddress(address.getHostString(), address.getPort()).getAddress();
        if (host == null || !host.isLoopbackAddress()) {
            throw Settings.invalid(
                    "gateway.coap.listen",
                    ListenConfig.shown(address),
                    "a loopback address where gateway.coap.authentication = none");
        }
    }
}
