package io.headrace.streams.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Sizing;
import io.headrace.config.Settings;
import io.headrace.record.Anomaly;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectFragmentTest {
    private static final Instant RECEIVED = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant OBSERVED = Instant.parse("2025-01-01T00:00:00Z");

    private final Catalogue catalogue = new Catalogue("hub.", Sizing.STANDALONE);
    private final TopicSerdes serdes = new TopicSerdes(new InMemorySchemaRegistry());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    private Path folder;

    private TopologyTestDriver driver;
    private TestInputTopic<String, Reading> readings;
    private TestOutputTopic<String, Anomaly> anomalies;

    @BeforeEach
    void start() {
        driver = new TopologyTestDriver(topology(), properties(), RECEIVED);
        readings = driver.createInputTopic(
                catalogue.readings().name(),
                new StringSerializer(),
                serdes.of(catalogue.readings()).serializer());
        anomalies = driver.createOutputTopic(
                catalogue.anomalies().name(),
                new StringDeserializer(),
                serdes.of(catalogue.anomalies()).deserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        DetectConfig config = DetectConfig.from(Settings.of(Map.of("processors.detect.max-metrics", "3")));
        new DetectFragment(config, catalogue, serdes, meters, "detect")
                .addTo(
                        builder,
                        builder.stream(
                                catalogue.readings().name(),
                                Consumed.with(Serdes.String(), serdes.of(catalogue.readings()))
                                        .withName("readings")));
        return builder.build();
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "detect-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return properties;
    }

    @Test
    void anEpisodeGivesOneAnomalyWithTheOriginAndTimeOfItsOnset() {
        // Given
        steady("pump-1", 0, 500);

        // When
        for (int i = 500; i < 560; i++) {
            pipe("pump-1", i, Map.of("flow", 80.0, "state", "open", "valve", true), Clock.DEVICE);
        }

        // Then
        List<TestRecord<String, Anomaly>> found = anomalies.readRecordsToList();
        assertThat(found).hasSize(1);
        TestRecord<String, Anomaly> onset = found.getFirst();
        assertThat(onset.key()).isEqualTo("pump-1");
        assertThat(onset.getRecordTime()).isEqualTo(RECEIVED.plusSeconds(500));
        assertThat(onset.headers()).hasSize(1);
        assertThat(Headers.find(onset.headers(), Headers.ORIGIN)).hasValue("3:500#2");
        assertThat(onset.value().getMetric()).isEqualTo("flow");
        assertThat(onset.value().getStart()).isEqualTo(OBSERVED.plusSeconds(500 * 60));
        assertThat(onset.value().getOrigin()).isEqualTo(new Origin(3, 500L, 2));
        assertThat(onset.value().getValue()).isEqualTo(80.0);
        assertThat(onset.value().getExpected()).isBetween(10.0, 11.0);
        assertThat(onset.value().getScore()).isBetween(DetectConfig.THRESHOLD, 1.0);
        assertThat(onset.value().getReason()).startsWith("higher than anything lately: 80.000, expected about 1");
    }

    @Test
    void readingsThatComeLateAndInDisorderAreTakenAsTheyCome() {
        // Given
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            numbers.add(i);
        }
        Collections.swap(numbers, 100, 400);
        Collections.shuffle(numbers.subList(200, 300), new Random(1));

        // When
        for (int number : numbers) {
            pipe("pump-1", number, Map.of("flow", flow(number)), Clock.DEVICE);
        }
        pipe("pump-1", 5, Map.of("flow", 80.0), Clock.DEVICE);

        // Then
        List<Anomaly> found = anomalies.readValuesToList();
        assertThat(found).hasSizeBetween(1, 2);
        assertThat(found.getLast().getStart()).isEqualTo(OBSERVED.plusSeconds(5 * 60));
        assertThat(meters.counter("headrace.detect.values").count()).isEqualTo(601);
    }

    @Test
    void aRestartOnTheSameStateFindsWhatAnUnbrokenRunFinds() {
        // Given
        steady("pump-1", 0, 500);
        disturbed("pump-1", 500, 600);
        List<Anomaly> unbroken = anomalies.readValuesToList();
        stop();
        start();
        steady("pump-1", 0, 500);
        Map<String, byte[]> kept = kept();
        stop();
        start();
        kept.forEach((key, value) -> memory().put(key(key), value));

        // When
        disturbed("pump-1", 500, 600);

        // Then
        assertThat(unbroken).isNotEmpty();
        assertThat(anomalies.readValuesToList()).isEqualTo(unbroken);
    }

    @Test
    void anotherDevicesReadingsDoNotMatter() {
        // Given
        steady("pump-1", 0, 500);

        // When
        for (int i = 500; i < 520; i++) {
            pipe("pump-2", i, Map.of("flow", 80.0), Clock.DEVICE);
        }

        // Then
        assertThat(anomalies.isEmpty()).isTrue();
    }

    @Test
    void aCorrectedClockTeachesNoHour() {
        // Given
        steady("pump-1", 0, 200);
        byte[] before = memory().get(key("pump-1\0flow"));

        // When
        pipe("pump-1", 200, Map.of("flow", flow(200)), Clock.CORRECTED);

        // Then
        Memory expected =
                Detectors.named(Detectors.DEFAULT, DetectConfig.THRESHOLD).read(before);
        expected.observe(Detector.UNKNOWN_TIME, flow(200));
        assertThat(memory().get(key("pump-1\0flow"))).isEqualTo(expected.stored());
    }

    @Test
    void aMessageOfTenThousandMetricsLeavesTheFirstOnesWatchedAndCountsTheRest() {
        // Given
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            values.put("metric-%05d".formatted(i), (double) i);
        }

        // When
        pipe("pump-1", 0, values, Clock.DEVICE);
        pipe("pump-1", 1, values, Clock.DEVICE);

        // Then
        assertThat(kept())
                .containsOnlyKeys("pump-1", "pump-1\0metric-00000", "pump-1\0metric-00001", "pump-1\0metric-00002");
        assertThat(meters.counter("headrace.detect.values").count()).isEqualTo(6);
        assertThat(meters.counter("headrace.detect.unwatched").count()).isEqualTo(2 * 9_997);
    }

    @Test
    void whatIsNoFiniteNumberIsNotWatched() {
        // When
        pipe(
                "pump-1",
                0,
                Map.of("flow", Double.NaN, "head", Double.POSITIVE_INFINITY, "state", "open", "count", 3L),
                Clock.GATEWAY);

        // Then
        assertThat(kept()).containsOnlyKeys("pump-1", "pump-1\0count");
    }

    @Test
    void theTopologyIsTheOneCheckedIn() throws IOException {
        try (InputStream expected = getClass().getResourceAsStream("detect-topology.txt")) {
            assertThat(topology().describe().toString())
                    .isEqualToNormalizingNewlines(new String(expected.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** What is on disk. */
    private KeyValueStore<Bytes, byte[]> memory() {
        return ((WriteBackStore<?, ?>) driver.getStateStore("detect-memory")).wrapped();
    }

    private static Bytes key(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, byte[]> kept() {
        Map<String, byte[]> kept = new HashMap<>();
        try (KeyValueIterator<Bytes, byte[]> all = memory().all()) {
            all.forEachRemaining(entry -> kept.put(new String(entry.key.get(), StandardCharsets.UTF_8), entry.value));
        }
        return kept;
    }

    private static double flow(int number) {
        return 10 + new Random(number * 7919L).nextDouble();
    }

    private void steady(String device, int from, int to) {
        for (int i = from; i < to; i++) {
            pipe(device, i, Map.of("flow", flow(i)), Clock.DEVICE);
        }
    }

    private void disturbed(String device, int from, int to) {
        for (int i = from; i < to; i++) {
            pipe(device, i, Map.of("flow", 80 - flow(i)), Clock.DEVICE);
        }
    }

    private void pipe(String device, int number, Map<String, Object> values, Clock clock) {
        Instant received = RECEIVED.plusSeconds(number);
        Reading reading = Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(OBSERVED.plusSeconds(number * 60L))
                .setReceivedAt(received)
                .setClock(clock)
                .setOrigin(new Origin(3, (long) number, 2))
                .setValues(new HashMap<>(values))
                .build();
        TestRecord<String, Reading> record = new TestRecord<>(device, reading, received);
        Headers.set(record.headers(), Headers.ORIGIN, "3:" + number + "#2");
        Headers.set(record.headers(), Headers.TIER_HOT, "1");
        readings.pipeInput(record);
    }
}
