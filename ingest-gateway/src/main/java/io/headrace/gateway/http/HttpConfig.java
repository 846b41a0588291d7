package io.headrace.gateway.http;

import io.headrace.config.Settings;
import io.headrace.gateway.http.request.Limits;
import io.headrace.gateway.http.websocket.WebSocketConfig;
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
 * @param maxStreams requests that one HTTP/2 connection may have open at once
 * @param webSocket MQTT over WebSocket
 */
public record HttpConfig(
        Optional<InetSocketAddress> listen,
        Optional<InetSocketAddress> tlsListen,
        Limits limits,
        Timeouts timeouts,
        int maxStreams,
        WebSocketConfig webSocket) {

    /**
     * How long a peer may take.
     *
     * @param head from a request's first byte to the end of its headers
     * @param body from there to the end of the body; also for taking an answer
     * @param idle between requests
     */
    public record Timeouts(Duration head, Duration body, Duration idle) {}

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
                        timeout(settings, "gateway.http.ack-timeout", Duration.ofSeconds(10))),
                new Timeouts(
                        timeout(settings, "gateway.http.head-timeout", Duration.ofSeconds(10)),
                        timeout(settings, "gateway.http.body-timeout", Duration.ofSeconds(30)),
                        timeout(settings, "gateway.http.idle-timeout", Duration.ofSeconds(60))),
                settings.integer("gateway.http.max-streams", 100, 1, 1_000),
                WebSocketConfig.from(settings));
    }

    private static Duration timeout(Settings settings, String key, Duration otherwise) {
        return settings.duration(key, otherwise, Duration.ofMillis(100), Duration.ofHours(1));
    }
}
