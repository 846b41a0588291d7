package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.gateway.MqttLoad.Pace;
import io.headrace.gateway.MqttLoad.Publisher;
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
 * {@code -Dheadrace.storm.clients=10000} (and needs that many file descriptors).
 */
@Tag("alone")
class StormIT {
    private static final int CLIENTS = Integer.getInteger("headrace.storm.clients", 1_000);
    private static final int STEADY = 50;

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
            try (GatewayProcess gateway = GatewayProcess.start(folder, hub, Map.of(), List.of("-Xmx512m"));
                    MqttLoad steady = new MqttLoad(gateway.port("mqtt"), KEY);
                    MqttLoad fleet = new MqttLoad(gateway.port("mqtt"), KEY)) {
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
                        "%d clients back and acknowledged in %d ms; slowest ack of %d others %d ms%n",
                        CLIENTS, took.toMillis(), STEADY, slowest.toMillis());
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
}
