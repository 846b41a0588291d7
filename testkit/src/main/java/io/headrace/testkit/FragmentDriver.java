package io.headrace.testkit;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.config.Settings;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.fragment.Fragment;
import io.headrace.streams.fragment.Scope;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * One processor on Kafka's {@code TopologyTestDriver}, with Headrace's serdes and a hub's topics. Fails the test, with an
 * {@link AssertionError} that says what to do, where the processor breaks a rule that all share: a node, store or metric
 * that isn't named from it, a topic that nobody would make, a key in the settings that nobody reads, a record without
 * its origin or stamped with event time, a reading that was changed. Not safe for use by several threads.
 */
public final class FragmentDriver implements AutoCloseable {
    /** Where the wall clock stands at first. Event times are the test's own: far from it, as of a device's backlog. */
    public static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private static final String IN = "readings-in";
    private static final String UNCHANGED = "testkit-unchanged";

    private final Fragment fragment;
    private final Map<String, String> settings;
    private final Catalogue catalogue;
    private final TopicSerdes serdes = new TopicSerdes(new InMemorySchemaRegistry());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HouseRules rules;
    private final Topology topology;
    private final Map<String, List<TestRecord<String, byte[]>>> unread = new HashMap<>();
    private RunningTopology running;
    private @Nullable Reading sent;
    private boolean changed;
    private Instant now = START;
    private long offset;

    private FragmentDriver(Fragment fragment, Map<String, String> settings) {
        this.fragment = fragment;
        this.settings = Map.copyOf(settings);
        Catalogue hub = new Catalogue("hub.", Sizing.STANDALONE);
        catalogue = hub.with(fragment.topics(hub));
        rules = new HouseRules(fragment.name(), catalogue);
        topology = topology();
        rules.check(topology.describe(), Set.of(IN, UNCHANGED));
        running = RunningTopology.start(topology, now);
    }

    /**
     * Starts a processor as an application does.
     *
     * @param settings keys under {@code processors.<name>.}
     * @throws io.headrace.config.ConfigException as its configuration throws it, and for keys that nobody reads
     */
    public static FragmentDriver of(Fragment fragment, Map<String, String> settings) {
        return new FragmentDriver(fragment, settings);
    }

    private Topology topology() {
        Settings read = Settings.of(settings);
        Fragment.Part part = fragment.from(read);
        read.requireAllRead();
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, Reading> readings = builder.stream(
                catalogue.readings().name(),
                Consumed.with(Serdes.String(), serdes.of(catalogue.readings())).withName(IN));
        part.addTo(
                builder,
                readings,
                new Scope(
                        fragment.name(), catalogue, serdes, meters, Optional.empty(), Optional.empty(), (_, _) -> {}));
        // after the fragment: it has had the same object
        readings.foreach((device, reading) -> changed |= !reading.equals(sent), Named.as(UNCHANGED));
        return builder.build();
    }

    /** The hub's topics, the fragment's among them. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** For a comparison with a checked-in file: what is renamed loses its state. */
    public String description() {
        return topology.describe().toString();
    }

    /** Sends readings of one metric or more, each received now by the wall clock. */
    public void send(List<Sample> samples) {
        for (Sample sample : samples) {
            send(sample.device(), sample.observedAt(), Clock.DEVICE, sample.values());
        }
    }

    /** Sends a reading of one metric, received now by the wall clock. */
    public Reading send(String device, Instant observedAt, String metric, double value) {
        return send(device, observedAt, Clock.DEVICE, Map.of(metric, value));
    }

    /**
     * Sends a reading, received now by the wall clock.
     *
     * @param clock {@code CORRECTED} where the device's own time was impossible, and {@code observedAt} is the gateway's
     * @return as it was sent
     */
    public Reading send(String device, Instant observedAt, Clock clock, Map<String, ?> values) {
        Reading reading = Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(observedAt)
                .setReceivedAt(now)
                .setClock(clock)
                .setOrigin(new Origin(0, offset++, 0))
                .setValues(new HashMap<>(values))
                .build();
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, OriginHeader.ofMessage(reading.getOrigin()));
        Headers.set(headers, Headers.TIER_WARM, "1");
        sent = Reading.newBuilder(reading).build();
        put(catalogue.readings(), headers, device, reading);
        HouseRules.require(!changed, fragment.name() + " changed a reading, which other processors share");
        rules.check(meters);
        return reading;
    }

    /** Puts a record into another topic that the fragment reads: a device into the registry, a rule. */
    public <V extends SpecificRecord> void put(Topic<V> topic, String key, @Nullable V value) {
        put(topic, new RecordHeaders(), key, value);
    }

    private <V extends SpecificRecord> void put(Topic<V> topic, RecordHeaders headers, String key, @Nullable V value) {
        running.driver()
                .createInputTopic(
                        topic.name(), new StringSerializer(), serdes.of(topic).serializer())
                .pipeInput(new TestRecord<>(key, value, headers, now));
    }

    /** Lets wall-clock time go by in steps of a second, as the clock of a running process does. */
    public void pass(Duration time) {
        for (long ms = time.toMillis(); ms > 0; ms -= 1_000) {
            Duration step = Duration.ofMillis(Math.min(ms, 1_000));
            now = now.plus(step);
            running.driver().advanceWallClockTime(step);
        }
    }

    /** The wall clock. */
    public Instant now() {
        return now;
    }

    /**
     * Ends the application and starts it again, as an upgrade does: what is in its stores is there again, and nothing
     * else is.
     *
     * @throws IllegalStateException where a store isn't one of keys and values: this driver can't carry others over
     */
    public void restart() {
        for (String topic : HouseRules.sinks(topology.describe())) {
            unread.computeIfAbsent(topic, name -> new ArrayList<>()).addAll(running.written(topic));
        }
        running = running.restarted(topology(), now);
    }

    /** Values written to a topic since they were last asked for. */
    public <V extends SpecificRecord> List<V> values(Topic<V> topic) {
        return records(topic).stream().map(TestRecord::value).toList();
    }

    /** Records written to a topic since they were last asked for. */
    public <V extends SpecificRecord> List<TestRecord<String, V>> records(Topic<V> topic) {
        List<TestRecord<String, byte[]>> written = new ArrayList<>();
        List<TestRecord<String, byte[]>> before = unread.remove(topic.name());
        if (before != null) {
            written.addAll(before);
        }
        written.addAll(running.written(topic.name()));
        List<TestRecord<String, V>> records = new ArrayList<>();
        for (TestRecord<String, byte[]> each : written) {
            HouseRules.check(each, topic.name(), START.toEpochMilli());
            V value = serdes.of(topic).deserializer().deserialize(topic.name(), each.value());
            records.add(new TestRecord<>(each.key(), value, each.headers(), each.timestamp()));
        }
        return records;
    }

    /** What {@code headrace.<name>.<noun>} has counted. */
    public double count(String noun) {
        return meters.counter("headrace." + fragment.name() + "." + noun).count();
    }

    @Override
    public void close() {
        running.close();
    }
}
