package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.gateway.GatewayProcess.Sample;
import io.headrace.gateway.MqttLoad.Pace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka goes away under full load, and comes back. Short in the suite; the long run is the same with
 * {@code -Dheadrace.outage.seconds=300 -Dheadrace.outage.connections=500}, and leaves {@code target/outage.csv}.
 */
class OutageIT {
    private static final long OUTAGE_SECONDS = Long.getLong("headrace.outage.seconds", 10);
    private static final int MQTT_DEVICES = Integer.getInteger("headrace.outage.connections", 100);
    private static final int HTTP_DEVICES = 10;
    private static final int AMQP_DEVICES = 10;
    private static final int COAP_DEVICES = 10;
    /** Small, so that it is full at once and sockets aren't read. */
    private static final long BUDGET = 1L << 20;
    /** What a quarter over the budget, read buffers and the producer's own memory may come to. */
    private static final long DIRECT_LIMIT = 64L << 20;

    @TempDir
    Path folder;

    /** A gateway, its broker and its devices. */
    private final class Load implements AutoCloseable {
        private final TestHub hub = TestHub.inProcess(folder.resolve("kafka"));
        private final GatewayProcess gateway;
        private final MqttLoad mqtt;
        private final HttpLoad http;
        private final AmqpLoad amqp;
        private final CoapLoad coap;

        Load(Map<String, String> settings) throws Exception {
            hub.registerAll(
                    IntStream.range(0, MQTT_DEVICES).mapToObj(i -> "mqtt-" + i).toList());
            hub.registerAll(
                    IntStream.range(0, HTTP_DEVICES).mapToObj(i -> "http-" + i).toList());
            hub.registerAll(
                    IntStream.range(0, AMQP_DEVICES).mapToObj(i -> "amqp-" + i).toList());
            hub.registerAll(
                    IntStream.range(0, COAP_DEVICES).mapToObj(i -> "coap-" + i).toList());
            Map<String, String> all = new HashMap<>(settings);
            all.put("gateway.ingest.budget", (BUDGET >> 20) + "MiB");
            gateway = GatewayProcess.start(folder, hub, all, List.of("-Xmx160m", "-Dgateway.sample.gc=true"));
            mqtt = new MqttLoad(gateway.port("mqtt"), KEY);
            http = new HttpLoad(gateway.port("http"), KEY);
            amqp = new AmqpLoad(gateway.port("amqp"), KEY);
            coap = new CoapLoad(gateway.port("coap"), KEY);
            for (int i = 0; i < MQTT_DEVICES; i++) {
                mqtt.add("mqtt-" + i, "127.0.0." + (2 + i % 8), Pace.full(64)).connect();
            }
            for (int i = 0; i < HTTP_DEVICES; i++) {
                http.add("http-" + i);
            }
            for (int i = 0; i < AMQP_DEVICES; i++) {
                amqp.add("amqp-" + i);
            }
            for (int i = 0; i < COAP_DEVICES; i++) {
                coap.add("coap-" + i);
            }
            awaitProgressOfAll(10);
        }

        /** Until every device got this many more answers. */
        void awaitProgressOfAll(int more) {
            Map<String, Long> before = acknowledged();
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> acknowledged().entrySet().stream()
                            .allMatch(each -> each.getValue() >= before.getOrDefault(each.getKey(), 0L) + more));
        }

        private Map<String, Long> acknowledged() {
            Map<String, Long> all = new HashMap<>(http.byDevice());
            all.putAll(amqp.byDevice());
            all.putAll(coap.byDevice());
            mqtt.publishers().forEach(each -> all.put(each.device(), each.acknowledged()));
            return all;
        }

        private long total() {
            return mqtt.acknowledged() + http.acknowledged() + amqp.acknowledged() + coap.acknowledged();
        }

        /** Nobody is told anything, from soon after the broker is gone on, for this long. */
        List<Sample> assertSilence(long seconds) {
            // What Kafka had answered may still be on its way to the devices.
            await().during(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(20))
                    .until(unchanged());
            int from = gateway.samples().size();
            await().pollInterval(Duration.ofMillis(250))
                    .during(Duration.ofSeconds(seconds))
                    .atMost(Duration.ofSeconds(seconds).plusMillis(900))
                    .until(unchanged());
            List<Sample> all = gateway.samples();
            return all.subList(from, all.size());
        }

        /** Whether as many are acknowledged as when it was asked last. */
        private Callable<Boolean> unchanged() {
            AtomicLong last = new AtomicLong(-1);
            return () -> {
                long now = total();
                return last.getAndSet(now) == now;
            };
        }

        void assertEverythingKept() {
            mqtt.stop();
            http.stop();
            amqp.stop();
            coap.stop();
            Map<String, Long> told = acknowledged();
            assertThat(gateway.isAlive()).isTrue();
            gateway.stop();
            assertThat(StoredOrder.of(hub).brokenPromises(told)).isEmpty();
            assertThat(gateway.output()).noneMatch(line -> line.startsWith("\tat ") || line.contains("LEAK"));
        }

        @Override
        public void close() {
            mqtt.stop();
            http.stop();
            amqp.stop();
            coap.stop();
            gateway.stop();
            hub.close();
        }
    }

    private static void assertFlat(List<Sample> outage) {
        assertThat(outage).hasSizeGreaterThan(4);
        List<Sample> early = outage.subList(1, 1 + outage.size() / 2);
        List<Sample> late = outage.subList(outage.size() / 2, outage.size());
        assertThat(outage).allSatisfy(each -> {
            assertThat(each.inFlight()).isLessThanOrEqualTo(BUDGET + BUDGET / 4);
            assertThat(each.direct()).isLessThan(DIRECT_LIMIT);
        });
        assertThat(outage.getFirst().inFlight()).isGreaterThan(BUDGET / 2);
        long slack = 8L << 20;
        assertThat(late.stream().mapToLong(Sample::heap).max().orElseThrow())
                .isLessThan(early.stream().mapToLong(Sample::heap).max().orElseThrow() + slack);
        assertThat(late.stream().mapToLong(Sample::direct).max().orElseThrow())
                .isLessThan(early.stream().mapToLong(Sample::direct).max().orElseThrow() + slack);
    }

    @Test
    void aBrokerKilledUnderFullLoadAndStartedAgainLosesNothing() throws Exception {
        // Given
        try (Load load = new Load(Map.of())) {
            // When
            load.hub.process().kill();
            List<Sample> outage = load.assertSilence(OUTAGE_SECONDS);
            load.hub.process().restart();

            // Then
            load.awaitProgressOfAll(100);
            Graph.write(load.gateway.samples(), Path.of("target/outage.csv"));
            System.out.println(Graph.of(load.gateway.samples()));
            assertFlat(outage);
            load.assertEverythingKept();
        }
    }

    /** Everything in flight is given up, several times over, while devices come back again and again. */
    @Test
    void anOutageLongerThanTheDeliveryTimeoutLosesNothing() throws Exception {
        // Given
        try (Load load = new Load(Map.of("gateway.ingest.delivery-timeout", "4s"))) {
            // When
            load.hub.process().kill();
            List<Sample> outage = load.assertSilence(OUTAGE_SECONDS);
            load.hub.process().restart();

            // Then
            load.awaitProgressOfAll(100);
            assertFlat(outage);
            load.assertEverythingKept();
        }
    }

    /** Connections stay open and nothing answers, for longer than a request may take. */
    @Test
    void aBrokerThatStandsStillAndGoesOnLosesNothing() throws Exception {
        // Given
        try (Load load = new Load(Map.of("gateway.ingest.producer.request.timeout.ms", "3000"))) {
            // When
            load.hub.process().pause();
            List<Sample> outage;
            try {
                outage = load.assertSilence(OUTAGE_SECONDS);
            } finally {
                load.hub.process().goOn();
            }

            // Then
            load.awaitProgressOfAll(100);
            assertFlat(outage);
            load.assertEverythingKept();
        }
    }
}
