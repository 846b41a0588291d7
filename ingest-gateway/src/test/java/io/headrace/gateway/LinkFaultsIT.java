package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.embedded.FreePort;
import io.headrace.gateway.MqttLoad.Pace;
import io.headrace.gateway.MqttLoad.Publisher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network between the gateway and Kafka fails in every way but politely. */
class LinkFaultsIT {
    private static final int DEVICES = 20;

    @TempDir
    Path folder;

    /** What is done to the link, whether anything may get through meanwhile. */
    private void survives(Consumer<FaultyLink> fault, boolean isSilent) throws Exception {
        FaultyLink link = new FaultyLink(FreePort.next(), FreePort.next());
        try (link;
                TestHub hub = TestHub.behind(link, folder.resolve("kafka"));
                Traces traces = new Traces()) {
            hub.registerAll(
                    IntStream.range(0, DEVICES).mapToObj(i -> "device-" + i).toList());
            // Short, so that requests are given up and sent again within the fault.
            Map<String, String> settings = Map.of(
                    "gateway.ingest.producer.request.timeout.ms", "1500", "gateway.ingest.delivery-timeout", "60s");
            try (WholeGateway gateway = new WholeGateway(folder, hub, new TestCertificates(), settings);
                    MqttLoad load = new MqttLoad(gateway.port("mqtt"), KEY)) {
                // Given
                for (int i = 0; i < DEVICES; i++) {
                    load.add("device-" + i, "127.0.0.1", Pace.full(16)).connect();
                }
                awaitProgress(load);

                // When
                fault.accept(link);

                // Then
                if (isSilent) {
                    assertSilence(load, gateway);
                } else {
                    awaitProgress(load);
                }
                link.heal();
                awaitProgress(load);
                load.stop();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> gateway.meter("headrace.ingest.in.flight.bytes", "") == 0);
                assertThat(gateway.isReady()).isTrue();
                Map<String, Long> told = load.publishers().stream()
                        .collect(Collectors.toMap(Publisher::device, Publisher::acknowledged));
                assertThat(StoredOrder.of(hub).brokenPromises(told)).isEmpty();
                assertThat(traces.complaints()).isEmpty();
            }
        }
    }

    private static void awaitProgress(MqttLoad load) {
        Map<String, Long> before =
                load.publishers().stream().collect(Collectors.toMap(Publisher::device, Publisher::acknowledged));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> load.publishers().stream()
                        .allMatch(each -> each.acknowledged() > before.getOrDefault(each.device(), 0L) + 50));
    }

    private static void assertSilence(MqttLoad load, WholeGateway gateway) {
        AtomicLong last = new AtomicLong(-1);
        await().during(Duration.ofSeconds(4))
                .atMost(Duration.ofSeconds(20))
                .until(() -> load.acknowledged() == last.getAndSet(load.acknowledged()));
        await().atMost(Duration.ofSeconds(20)).until(() -> !gateway.isReady());
    }

    @Test
    void aPartition() throws Exception {
        survives(FaultyLink::partition, true);
    }

    /** Kafka has what it is sent and can't say so: what is sent again must not stand twice, nor out of order. */
    @Test
    void repliesThatAreLost() throws Exception {
        survives(FaultyLink::loseReplies, true);
    }

    @Test
    void connectionsThatAreReset() throws Exception {
        survives(FaultyLink::cut, true);
    }

    @Test
    void aSlowLink() throws Exception {
        survives(link -> link.delay(Duration.ofMillis(200)), false);
    }
}
