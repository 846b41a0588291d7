package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.gateway.MqttLoad.Pace;
import io.headrace.gateway.MqttLoad.Publisher;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole fleet comes back at once, as after the restart of a network. Small in the suite; the real one is the same with
 * {@code -Dheadrace.storm.clients=10000} (and needs that many file descriptors). With {@code -Dheadrace.storm.tls=true}
 * all speak TLS, and nobody resumes a session: each of the fleet costs the gateway a whole handshake.
 */
@Tag("alone")
class StormIT {
    private static final int CLIENTS = Integer.getInteger("headrace.storm.clients", 1_000);
    private static final boolean IS_TLS = Boolean.getBoolean("headrace.storm.tls");
    private static final int STEADY = 50;

    private final TestCertificates certificates = new TestCertificates();

    @TempDir
    Path folder;

    @Test
    void aWholeFleetComesBackAtOnceAndThoseWhoStayedHardlyNotice() throws Exception {
        try (TestHub hub = TestHub.inProcess(folder.resolve("kafka"))) {
            // Given
            hub.registerAll(
                    IntStream.range(0, CLIENTS).mapToObj(i -> "fleet-" + i).toList());
            hub.registerAll(
                    IntStream.range(0, STEADY).mapToObj(i -> "steady-" + i).toList());
            SslContext tls = IS_TLS ? clientTls() : null;
            try (GatewayProcess gateway = GatewayProcess.start(folder, hub, settings(), List.of("-Xmx512m"));
                    MqttLoad steady = new MqttLoad(port(gateway), KEY, tls);
                    MqttLoad fleet = new MqttLoad(port(gateway), KEY, tls)) {
                Pace calm = new Pace(1, Long.MAX_VALUE, Duration.ofMillis(100), 128);
                for (int i = 0; i < STEADY; i++) {
                    steady.add("steady-" + i, "127.0.0.1", calm).connect();
                }
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> steady.publishers().stream().allMatch(each -> each.acknowledged() > 20));
                steady.publishers().forEach(Publisher::forget);

                // When
                List<Publisher> all = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    all.add(fleet.add("fleet-" + i, "127.0.0." + (2 + i % 16), new Pace(1, 1, Duration.ZERO, 128)));
                }
                long start = System.nanoTime();
                all.forEach(Publisher::connect);
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> fleet.acknowledged() == CLIENTS);
                Duration took = Duration.ofNanos(System.nanoTime() - start);

                // Then
                Duration slowest = steady.publishers().stream()
                        .map(Publisher::slowest)
                        .max(Duration::compareTo)
                        .orElseThrow();
                System.out.printf(
                        "%d clients back and acknowledged in %d ms%s; slowest ack of %d others %d ms%n",
                        CLIENTS, took.toMillis(), IS_TLS ? " over TLS" : "", STEADY, slowest.toMillis());
                assertThat(slowest).isLessThan(Duration.ofSeconds(1));
                assertThat(gateway.isAlive()).isTrue();
                steady.stop();
                Map<String, Long> told = new HashMap<>();
                all.forEach(each -> told.put(each.device(), each.acknowledged()));
                steady.publishers().forEach(each -> told.put(each.device(), each.acknowledged()));
                assertThat(StoredOrder.of(hub).brokenPromises(told)).isEmpty();
            }
        }
    }

    private static int port(GatewayProcess gateway) {
        return gateway.port(IS_TLS ? "mqtts" : "mqtt");
    }

    private Map<String, String> settings() throws IOException {
        if (!IS_TLS) {
            return Map.of();
        }
        certificates.server().write(folder, "server");
        return Map.of(
                "gateway.mqtts.listen", "127.0.0.1:0",
                "gateway.tls.certificate", folder.resolve("server.pem").toString(),
                "gateway.tls.private-key", folder.resolve("server-key.pem").toString());
    }

    private SslContext clientTls() throws IOException {
        return SslContextBuilder.forClient()
                .sslProvider(SslContext.defaultClientProvider())
                .trustManager(certificates.authority())
                .build();
    }
}
