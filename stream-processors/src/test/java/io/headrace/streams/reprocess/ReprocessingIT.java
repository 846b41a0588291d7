package io.headrace.streams.reprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.record.Anomaly;
import io.headrace.record.Rule;
import io.headrace.record.WindowAggregate;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.streams.Processors;
import io.headrace.streams.ProcessorsConfig;
import io.headrace.topics.ClusterTopics;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub with two hours of history, run over again with what it was and with what might be. */
class ReprocessingIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int DEVICES = 5;
    private static final int READINGS = 480;
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final double WARM = 30;
    private static final double EASY = 0.1;
    private static final double HARD = 0.9;

    private final Instant base = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(4));

    @TempDir
    private Path folder;

    @Test
    void whatAnotherConfigurationWouldHaveMadeOfTheHistory() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"));
                HttpRegistry registry = new HttpRegistry()) {
            // Given
            Hub hub = new Hub(kafka, registry);
            ProcessorsConfig live = hub.config(Map.of());
            hub.makeTopics(live.catalogue());
            produce(kafka, live.catalogue());
            hub.runLive(live, windows(Duration.ofMinutes(1)).size());
            Map<TopicPartition, Long> ends = hub.ends(live.catalogue());
            Map<TopicPartition, Long> group = hub.committed(live);
            List<Anomaly> anomalies = hub.values(live.catalogue().anomalies());
            assertThat(anomalies)
                    .extracting(Anomaly::getScore)
                    .anyMatch(score -> score < HARD)
                    .anyMatch(score -> score >= HARD);

            // When: the same again over the second hour alone
            Instant middle = base.plus(Duration.ofHours(1)).plusSeconds(20);
            Report same = Reprocessing.run(
                    hub.request(hub.config(Map.of("processors.fragments", "window")), "tried", middle, List.of()),
                    new SimpleMeterRegistry(),
                    (done, all) -> {});

            // Then: only the windows that began before can't be told
            TopicDifference window = of(same, "telemetry.aggregates");
            assertThat(window)
                    .extracting(TopicDifference::added, TopicDifference::removed, TopicDifference::changed)
                    .containsExactly(0L, 0L, 0L);
            assertThat(window.edge()).isEqualTo(DEVICES);
            assertThat(window.same())
                    .isEqualTo(windows(Duration.ofMinutes(1)).stream()
                            .filter(each -> each.start().isAfter(middle))
                            .count());
            assertThat(same.isSame()).isTrue();

            // When: other windows, a detector that is harder to impress, and a rule
            ProcessorsConfig changed = hub.config(Map.of(
                    "processors.fragments",
                    "normalize,window,detect,rules",
                    "processors.window.sizes",
                    "1min, 5min",
                    "processors.detect.threshold",
                    Double.toString(HARD)));
            Request request = hub.request(changed, "tried", base.minusSeconds(60), List.of(warm()));
            Report report = Reprocessing.run(request, new SimpleMeterRegistry(), (done, all) -> {});

            // Then
            assertThat(same.anew()).isFalse();
            assertThat(report.anew()).isTrue();
            assertThat(report.isSame()).isFalse();
            assertThat(of(report, "telemetry.readings").same()).isEqualTo(DEVICES * READINGS);
            assertThat(of(report, "telemetry.aggregates").same())
                    .isEqualTo(windows(Duration.ofMinutes(1)).size());
            assertThat(of(report, "telemetry.aggregates").added())
                    .isEqualTo(windows(Duration.ofMinutes(5)).size());
            assertThat(of(report, "telemetry.anomalies").removed())
                    .isEqualTo(anomalies.stream()
                            .filter(each -> each.getScore() < HARD)
                            .count());
            assertThat(of(report, "telemetry.alerts").added()).isEqualTo(alerts());

            // And the live application has all that it had, and nothing else
            assertThat(hub.ends(live.catalogue())).isEqualTo(ends);
            assertThat(hub.committed(live)).isEqualTo(group);
            assertThat(hub.leftOf("tried")).noneMatch(name -> name.startsWith("headrace-reprocess"));
            Set<String> removed = Reprocessing.cleanUp(changed, "tried");
            assertThat(removed).contains("telemetry.aggregates.tried", "config.rules.tried");
            assertThat(hub.leftOf("tried")).isEmpty();
        }
    }

    @Test
    void aRunThatCantBeIsRefusedBeforeAnythingIsDone() {
        ProcessorsConfig config = ProcessorsConfig.from(Settings.of(Map.of("registry.url", "http://127.0.0.1:1")));
        Request hot = new Request(config, "x", base, Instant.now(), Duration.ZERO, List.of(), List.of());

        assertThatThrownBy(() -> Reprocessing.run(hot, new SimpleMeterRegistry(), (done, all) -> {}))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hot writes nothing");
        assertThatThrownBy(() -> Reprocessing.cleanUp(config, "dlq"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--into dlq must be");
    }

    /** A sawtooth of its own for each device, with a leap that no habit explains, and one before that is smaller. */
    private static double value(int device, int i) {
        return switch (READINGS - device - i) {
            case 40 -> 900;
            case 200 -> 80;
            default -> (i * (device + 1)) % 40;
        };
    }

    private Instant at(int i) {
        return base.plus(INTERVAL.multipliedBy(i));
    }

    /** Received as they were observed, each second pair in the wrong order. */
    private void produce(EmbeddedKafka kafka, Catalogue catalogue) {
        try (var producer =
                new KafkaProducer<>(kafka.clientSettings(), new StringSerializer(), new StringSerializer())) {
            for (int n = 0; n < READINGS; n++) {
                int i = n % 4 < 2 ? n : n ^ 1;
                for (int device = 0; device < DEVICES; device++) {
                    String payload =
                            "{\"ts\":" + at(i).toEpochMilli() + ",\"values\":{\"v\":" + value(device, i) + "}}";
                    producer.send(new ProducerRecord<>(
                            catalogue.raw().name(), null, at(n).toEpochMilli(), "device-" + device, payload));
                }
            }
            producer.flush();
        }
    }

    private record Span(int device, Instant start) {}

    /** Which windows of a size have values. */
    private Set<Span> windows(Duration size) {
        Set<Span> windows = new HashSet<>();
        for (int i = 0; i < READINGS; i++) {
            long start = Math.floorDiv(at(i).toEpochMilli(), size.toMillis()) * size.toMillis();
            for (int device = 0; device < DEVICES; device++) {
                windows.add(new Span(device, Instant.ofEpochMilli(start)));
            }
        }
        return windows;
    }

    private static Rule warm() {
        return Rule.newBuilder()
                .setId("warm")
                .setCondition("values.v > " + WARM)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    /** How often a device becomes warm or cold again; what comes late changes nothing. */
    private long alerts() {
        long alerts = 0;
        for (int device = 0; device < DEVICES; device++) {
            boolean warm = false;
            int newest = -1;
            for (int n = 0; n < READINGS; n++) {
                int i = n % 4 < 2 ? n : n ^ 1;
                if (i > newest) {
                    newest = i;
                    alerts += (value(device, i) > WARM) == warm ? 0 : 1;
                    warm = value(device, i) > WARM;
                }
            }
        }
        return alerts;
    }

    private static TopicDifference of(Report report, String topic) {
        return report.topics().stream()
                .filter(each -> each.topic().equals(topic))
                .findFirst()
                .orElseThrow();
    }

    /** The live hub. */
    private final class Hub {
        private final EmbeddedKafka kafka;
        private final HttpRegistry registry;

        Hub(EmbeddedKafka kafka, HttpRegistry registry) {
            this.kafka = kafka;
            this.registry = registry;
        }

        ProcessorsConfig config(Map<String, String> more) {
            Map<String, String> settings = new HashMap<>(Map.of(
                    "kafka.bootstrap-servers", kafka.bootstrapServers(),
                    "kafka.partitions", "3",
                    "kafka.replication", "1",
                    "registry.url", registry.url(),
                    "processors.state-dir", folder.resolve("state").toString(),
                    "processors.rocksdb-size", "32MiB",
                    "processors.window.sizes", "1min",
                    "processors.detect.threshold", Double.toString(EASY),
                    "processors.fragments", "normalize,route,window,detect"));
            settings.putAll(more);
            return ProcessorsConfig.from(Settings.of(settings));
        }

        Request request(ProcessorsConfig config, String suffix, Instant from, List<Rule> rules) {
            return new Request(config, suffix, from, Instant.now(), Duration.ZERO, rules, List.of());
        }

        void makeTopics(Catalogue catalogue) {
            try (Admin admin = Admin.create(kafka.clientSettings())) {
                ClusterTopics topics = new ClusterTopics(admin);
                topics.apply(topics.plan(catalogue));
            }
        }

        void runLive(ProcessorsConfig config, int windows) {
            MovedClock clock = new MovedClock(Instant.now().minus(Duration.ofHours(2)));
            try (Processors processors = Processors.start(config, new SimpleMeterRegistry(), clock, Map.of())) {
                await().atMost(LONG)
                        .until(() -> values(config.catalogue().readings()).size() == DEVICES * READINGS);
                clock.moveAhead(Duration.ofHours(1));
                await().atMost(LONG).until(() -> distinctWindows(config) == windows);
                assertThat(processors.failure()).isEmpty();
            }
        }

        private long distinctWindows(ProcessorsConfig config) {
            return values(config.catalogue().aggregates()).stream()
                    .map((WindowAggregate each) -> each.getDeviceId() + each.getStart())
                    .distinct()
                    .count();
        }

        <V extends SpecificRecord> List<V> values(Topic<V> topic) {
            var serde = new TopicSerdes(new RegistryClient(RegistryConfig.of(URI.create(registry.url())))).of(topic);
            List<V> values = new ArrayList<>();
            try (Cluster cluster = new Cluster(kafka.clientSettings());
                    TopicReader reader = new TopicReader(kafka.clientSettings())) {
                cluster.ends(cluster.partitions(List.of(topic.name())))
                        .forEach((partition, end) -> reader.read(
                                partition,
                                0,
                                end,
                                row -> values.add(serde.deserializer().deserialize(topic.name(), row.value()))));
            }
            return values;
        }

        Map<TopicPartition, Long> ends(Catalogue catalogue) {
            try (Cluster cluster = new Cluster(kafka.clientSettings())) {
                return cluster.ends(cluster.partitions(
                        catalogue.all().stream().map(Topic::name).toList()));
            }
        }

        Map<TopicPartition, Long> committed(ProcessorsConfig config) {
            try (Cluster cluster = new Cluster(kafka.clientSettings())) {
                return cluster.committed(config.applicationId());
            }
        }

        List<String> leftOf(String suffix) {
            try (Cluster cluster = new Cluster(kafka.clientSettings())) {
                return cluster.topics().stream()
                        .filter(name -> name.endsWith("." + suffix) || name.contains("reprocess-" + suffix))
                        .toList();
            }
        }
    }
}
