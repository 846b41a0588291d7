package io.headrace.streams.window;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Sizing;
import io.headrace.config.Settings;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.test.TestRecord;

/** The fragment alone on a test driver, whose wall clock stands still until it is moved. */
final class WindowDriver implements AutoCloseable {
    /** Where the wall clock begins: far from the event times of the tests, as in a replay. */
    static final Instant RECEIVED = Instant.parse("2026-03-01T00:00:00Z");

    private final Catalogue catalogue = new Catalogue("hub.", Sizing.STANDALONE);
    private final TopicSerdes serdes = new TopicSerdes(new InMemorySchemaRegistry());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Topology topology;
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, Reading> readings;
    private final TestOutputTopic<String, WindowAggregate> aggregates;
    private final TestOutputTopic<String, Reading> late;
    private Instant now = RECEIVED;
    private long offset;

    WindowDriver(Path folder, Map<String, String> settings) {
        StreamsBuilder builder = new StreamsBuilder();
        new WindowFragment(WindowConfig.from(Settings.of(settings)), catalogue, serdes, meters, "window")
                .addTo(
                        builder,
                        builder.stream(
                                catalogue.readings().name(),
                                Consumed.with(Serdes.String(), serdes.of(catalogue.readings()))
                                        .withName("readings")));
        topology = builder.build();
        driver = new TopologyTestDriver(topology, properties(folder), RECEIVED);
        readings = driver.createInputTopic(
                catalogue.readings().name(),
                new StringSerializer(),
                serdes.of(catalogue.readings()).serializer());
        aggregates = driver.createOutputTopic(
                catalogue.aggregates().name(),
                new StringDeserializer(),
                serdes.of(catalogue.aggregates()).deserializer());
        late = driver.createOutputTopic(
                catalogue.late().name(),
                new StringDeserializer(),
                serdes.of(catalogue.late()).deserializer());
    }

    private static Properties properties(Path folder) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "window-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return properties;
    }

    Topology topology() {
        return topology;
    }

    SimpleMeterRegistry meters() {
        return meters;
    }

    /** Sends a value of {@code temperature}, received now by the wall clock. */
    Reading send(String device, Instant observedAt, double value) {
        return send(device, observedAt, Clock.DEVICE, Map.of("temperature", value));
    }

    Reading send(String device, Instant observedAt, Clock clock, Map<String, Object> values) {
        return send(device, observedAt, clock, values, Map.of());
    }

    Reading send(String device, Instant observedAt, Clock clock, Map<String, Object> values, Map<String, String> tags) {
        Origin origin = new Origin(0, offset++, 0);
        Reading reading = Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(observedAt)
                .setReceivedAt(now)
                .setClock(clock)
                .setOrigin(origin)
                .setValues(new HashMap<>(values))
                .setTags(tags)
                .build();
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, OriginHeader.ofMessage(origin));
        Headers.set(headers, Headers.TIER_COLD, "1");
        readings.pipeInput(new TestRecord<>(device, reading, headers, now));
        return reading;
    }

    /** Lets wall-clock time go by in steps of a second, as the clock of a running process does. */
    void pass(Duration time) {
        for (long ms = time.toMillis(); ms > 0; ms -= 1_000) {
            Duration step = Duration.ofMillis(Math.min(ms, 1_000));
            now = now.plus(step);
            driver.advanceWallClockTime(step);
        }
    }

    Instant now() {
        return now;
    }

    List<WindowAggregate> aggregates() {
        return aggregates.readValuesToList();
    }

    List<TestRecord<String, WindowAggregate>> aggregateRecords() {
        return aggregates.readRecordsToList();
    }

    List<TestRecord<String, Reading>> late() {
        return late.readRecordsToList();
    }

    /** Accumulators that are stored; what is known of intervals stands beside them and isn't counted. */
    int accumulators() {
        int count = 0;
        WriteBackStore<?, ?> rows = (WriteBackStore<?, ?>) driver.getStateStore("window-accumulators");
        try (var all = rows.all()) {
            while (all.hasNext()) {
                byte[] key = all.next().key.get();
                count += key[1 + key[0]] == 0 ? 1 : 0;
            }
        }
        return count;
    }

    @Override
    public void close() {
        driver.close();
    }
}
