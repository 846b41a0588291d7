package io.headrace.streams.detect;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.config.Settings;
import io.headrace.record.Anomaly;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The fragment alone, fed by hand: a value a minute of event time and a second of receive time, until told otherwise. */
final class DetectPipeline implements AutoCloseable {
    static final Instant RECEIVED = Instant.parse("2026-03-01T00:00:00Z");
    static final Instant OBSERVED = Instant.parse("2025-01-01T00:00:00Z");

    final Catalogue catalogue = new Catalogue("hub.", Sizing.STANDALONE);
    final TopicSerdes serdes = new TopicSerdes(new InMemorySchemaRegistry());
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Path folder;
    private TopologyTestDriver driver;
    TestOutputTopic<String, Anomaly> anomalies;

    DetectPipeline(Path folder) {
        this.folder = folder;
        this.driver = driver();
        this.anomalies = output();
    }

    private TopologyTestDriver driver() {
        return new TopologyTestDriver(topology(), properties(), RECEIVED);
    }

    private TestOutputTopic<String, Anomaly> output() {
        return driver.createOutputTopic(
                catalogue.anomalies().name(),
                new StringDeserializer(),
                serdes.of(catalogue.anomalies()).deserializer());
    }

    /** Without anything that was known, but for what stands in topics that are read anew by each instance: nothing here. */
    void startAnew() {
        driver.close();
        driver = driver();
        anomalies = output();
    }

    /** As {@link #startAnew}, on the state that there was. */
    void restart() {
        Map<String, byte[]> kept = kept();
        Map<String, Long> open = open();
        startAnew();
        kept.forEach((key, value) -> memory().put(key(key), value));
        KeyValueStore<String, Long> store = driver.getKeyValueStore("detect-open");
        open.forEach(store::put);
    }

    Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        DetectConfig config = DetectConfig.from(Settings.of(Map.of("processors.detect.max-metrics", "3")));
        DetectFragment fragment = new DetectFragment(config, catalogue, serdes, meters, "detect");
        fragment.addTo(
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

    /** What is on disk. */
    KeyValueStore<Bytes, byte[]> memory() {
        return ((WriteBackStore<?, ?>) driver.getStateStore("detect-memory")).wrapped();
    }

    static Bytes key(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    Map<String, byte[]> kept() {
        Map<String, byte[]> kept = new HashMap<>();
        try (KeyValueIterator<Bytes, byte[]> all = memory().all()) {
            all.forEachRemaining(entry -> kept.put(new String(entry.key.get(), StandardCharsets.UTF_8), entry.value));
        }
        return kept;
    }

    /** What is on disk of a metric that is watched. */
    byte[] kept(String device, String metric) {
        return Objects.requireNonNull(memory().get(key(device + "\0" + metric)));
    }

    /** Which episodes are open. */
    Map<String, Long> open() {
        Map<String, Long> open = new HashMap<>();
        KeyValueStore<String, Long> store = driver.getKeyValueStore("detect-open");
        try (KeyValueIterator<String, Long> all = store.all()) {
            all.forEachRemaining(entry -> open.put(entry.key, entry.value));
        }
        return open;
    }

    /** Whether nothing came out since the last look, or ever. */
    boolean isSilent() {
        try {
            return anomalies.isEmpty();
        } catch (NoSuchElementException never) {
            return true;
        }
    }

    /** Those that began since the last look. */
    List<Anomaly> onsets() {
        return anomalies.readValuesToList().stream()
                .filter(anomaly -> anomaly.getRevision() == 0)
                .toList();
    }

    /** Each change of the metric's anomalies since the last look, in words. */
    List<String> changes() {
        return anomalies.readValuesToList().stream()
                .map(each ->
                        each.getState() + " " + each.getSeverity() + " " + each.getId() + " r" + each.getRevision())
                .toList();
    }

    static double flow(int number) {
        return 10 + new Random(number * 7919L).nextDouble();
    }

    void steady(String device, int from, int to) {
        for (int i = from; i < to; i++) {
            pipe(device, i, Map.of("flow", flow(i)), Clock.DEVICE);
        }
    }

    void disturbed(String device, int from, int to) {
        for (int i = from; i < to; i++) {
            pipe(device, i, Map.of("flow", 80 - flow(i)), Clock.DEVICE);
        }
    }

    void constant(String device, int from, int to, double flow) {
        for (int i = from; i < to; i++) {
            pipe(device, i, Map.of("flow", flow), Clock.DEVICE);
        }
    }

    void pipe(String device, int number, Map<String, Object> values, Clock clock) {
        pipe(device, number, RECEIVED.plusSeconds(number), values, clock);
    }

    void pipe(String device, int number, Instant received, Map<String, Object> values, Clock clock) {
        Reading reading = Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(OBSERVED.plusSeconds(number * 60L))
                .setReceivedAt(received)
                .setClock(clock)
                .setOrigin(new Origin(3, (long) number, 2))
                .setValues(new HashMap<>(values))
                .setTags(Map.of("site", "north"))
                .build();
        TestRecord<String, Reading> record = new TestRecord<>(device, reading, received);
        Headers.set(record.headers(), Headers.ORIGIN, "3:" + number + "#2");
        Headers.set(record.headers(), Headers.TIER_HOT, "1");
        driver.createInputTopic(
                        catalogue.readings().name(),
                        new StringSerializer(),
                        serdes.of(catalogue.readings()).serializer())
                .pipeInput(record);
    }

    <V extends SpecificRecord> void put(Topic<V> topic, String key, @Nullable V value) {
        driver.createInputTopic(
                        topic.name(), new StringSerializer(), serdes.of(topic).serializer())
                .pipeInput(new TestRecord<>(key, value, RECEIVED));
    }

    void putBytes(Topic<?> topic, String key, byte[] value) {
        driver.createInputTopic(
                        topic.name(), new StringSerializer(), Serdes.ByteArray().serializer())
                .pipeInput(new TestRecord<>(key, value, RECEIVED));
    }

    void wait(Duration duration) {
        driver.advanceWallClockTime(duration);
    }

    @Override
    public void close() {
        driver.close();
    }
}
