package io.headrace.gateway.http;

import io.headrace.config.Settings;
import io.headrace.gateway.listen.ListenConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Telemetry over HTTP.
 *
 * @param listen where to take plaintext HTTP; empty for nowhere
 * @param tlsListen where to take HTTPS; empty for nowhere
 * @param limits bounds of a request
 * @param timeouts how long a peer may take
 */
public record HttpConfig(
        Optional<InetSocketAddress> listen, Optional<InetSocketAddress> tlsListen, Limits limits, Timeouts timeouts) {

    /**
     * Bounds of a request.
     *
     * @param maxBody largest body, bytes
     * @param maxPayload largest message in it, bytes
     * @param maxBatch most messages in it
     * @param bodyBudget bytes of bodies that are being received, of all connections
     */
    public record Limits(int maxBody, int maxPayload, int maxBatch, long bodyBudget) {}

    /**
     * How long a peer may take.
     *
     * @param head from a request's first byte to the end of its headers
     * @param body from there to the end of the body; also for taking an answer
     * @param idle between requests
     * @param ack how long a request waits for Kafka before it is answered with 503
     */
    public record Timeouts(Duration head, Duration body, Duration idle, Duration ack) {}

    /**
     * Reads everything under {@code gateway.http.} and {@code gateway.https.}, and {@code gateway.max-payload}.
     *
     * @param hasCertificate whether HTTPS can be offered, and so is by default
     */
    public static HttpConfig from(Settings settings, boolean hasCertificate) {
        return new HttpConfig(
                ListenConfig.address(settings, "gateway.http.listen", "127.0.0.1:8080"),
                ListenConfig.address(settings, "gateway.https.listen", hasCertificate ? "127.0.0.1:8443" : "off"),
                new Limits(
                        Math.toIntExact(settings.bytes("gateway.http.max-body", 256 << 10, 1 << 10, 16 << 20)),
                        Math.toIntExact(settings.bytes("gateway.max-payload", 256 << 10, 1 << 10, 2 << 20)),
                        settings.integer("gateway.http.max-batch", 5_000, 1, 100_000),
                        settings.bytes("gateway.http.body-budget", 64 << 20, 1 << 20, 4L << 30)),
                new Timeouts(
                        timeout(settings, "gateway.http.head-timeout", Duration.ofSeconds(10)),
                        timeout(settings, "gateway.http.body-timeout", Duration.ofSeconds(30)),
                        timeout(settings, "gateway.http.idle-timeout", Duration.ofSeconds(60)),
                        timeout(settings, "gateway.http.ack-timeout", Duration.ofSeconds(10))));
    }

    private static Duration timeout(Settings settings, String key, Duration otherwise) {
        return settings.duration(key, otherwise, Duration.ofMillis(100), Duration.ofHours(1));
    }
}
