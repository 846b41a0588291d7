package io.headrace.streams;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Topic;
import io.headrace.config.Settings;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Reading;
import io.headrace.record.Route;
import io.headrace.streams.route.RoutedTopics;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The processors on a test driver: messages in, everything derived out. */
final class Pipeline implements AutoCloseable {
    static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");

    final ProcessorsConfig config;
    final Catalogue catalogue;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, Supplier<String>> answers = new HashMap<>();

    final ReadyTopics routedTopics = new ReadyTopics();
    final TopologyTestDriver driver;

    private final TopicSerdes serdes;
    private final TestInputTopic<byte[], byte[]> raw;
    private final TestInputTopic<byte[], byte[]> replay;
    private final Map<Long, Byte> outcomes = new HashMap<>();
    private final RocksDbMemory memory;
    private long nextOffset;

    /** Topics that are there, but for those that a test says can't be made. */
    static final class ReadyTopics implements RoutedTopics {
        final Set<String> asked = new HashSet<>();
        final Set<String> impossible = new HashSet<>();

        @Override
        public void ensure(Topic<?> topic) {
            asked.add(topic.name());
        }

        @Override
        public boolean isReady(String topic) {
            return asked.contains(topic) && !impossible.contains(topic);
        }
    }

    Pipeline(Path folder, Map<String, String> settings) {
        this(folder, settings, new InMemorySchemaRegistry());
    }

    /** @param registry of an earlier one, for what that has stored */
    Pipeline(Path folder, Map<String, String> settings, InMemorySchemaRegistry registry) {
        serdes = new TopicSerdes(registry);
        Map<String, String> all = new HashMap<>(settings);
        all.put("registry.url", "http://127.0.0.1:1");
        all.put("processors.state-dir", folder.toString());
        all.put("processors.rocksdb-size", "16MiB");
        config = ProcessorsConfig.from(Settings.of(all));
        catalogue = config.kafka().catalogue();
        memory = new RocksDbMemory(config.runtime().rocksDbBytes());
        Properties properties = StreamsSettings.of(config, serdes, memory, "");
        driver = new TopologyTestDriver(
                new ProcessorsTopology(config, serdes, routedTopics, meters, answers::put).build(), properties, NOW);
        raw = driver.createInputTopic(catalogue.raw().name(), new ByteArraySerializer(), new ByteArraySerializer());
        replay = driver.createInputTopic(
                catalogue.replay().name(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** @return the message's offset */
    long send(String device, String payload, String... headers) {
        return send(device.getBytes(StandardCharsets.UTF_8), payload.getBytes(StandardCharsets.UTF_8), NOW, headers);
    }

    long sendAt(Instant receivedAt, String device, String payload, String... headers) {
        return send(
                device.getBytes(StandardCharsets.UTF_8), payload.getBytes(StandardCharsets.UTF_8), receivedAt, headers);
    }

    long send(byte @Nullable [] key, byte @Nullable [] payload, Instant receivedAt, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            Headers.set(all, headers[i], headers[i + 1]);
        }
        raw.pipeInput(new TestRecord<>(key, payload, all, receivedAt));
        return nextOffset++;
    }

    /** Brings a dead letter back as the control plane does: its bytes and headers, without what says why it is one. */
    void replay(TestRecord<byte[], byte[]> letter, Instant now) {
        RecordHeaders headers = new RecordHeaders(letter.headers().toArray());
        Headers.findNumber(headers, Headers.RECEIVED_AT)
                .ifPresentOrElse(
                        known -> {},
                        () -> Headers.set(
                                headers,
                                Headers.RECEIVED_AT,
                                Long.toString(letter.getRecordTime().toEpochMilli())));
        Headers.set(headers, Headers.REPLAYS, Integer.toString(Headers.findReplays(headers) + 1));
        List.of(Headers.REASON, Headers.DETAIL, Headers.STAGE).forEach(headers::remove);
        replay.pipeInput(new TestRecord<>(letter.key(), letter.value(), headers, now));
    }

    /** Says that what a device sent before an offset is erased, as the control plane does. */
    void erase(String device, long before) {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ERASE, Long.toString(before));
        replay.pipeInput(new TestRecord<>(device.getBytes(StandardCharsets.UTF_8), null, headers, NOW));
    }

    void register(String id, DeviceStatus status, Map<String, String> tags) {
        Device device = new Device(
                id, status, null, null, null, null, false, tags, null, null, NOW, NOW, 1L, Map.of(), Map.of());
        put(catalogue.registry(), id, device);
    }

    void route(Route route) {
        put(catalogue.routes(), route.getId(), route);
    }

    /** @param marks headers, whatever their value */
    <V extends SpecificRecord> void put(Topic<V> topic, String key, @Nullable V value, String... marks) {
        RecordHeaders headers = new RecordHeaders();
        for (String mark : marks) {
            Headers.set(headers, mark, "1");
        }
        driver.createInputTopic(
                        topic.name(), new StringSerializer(), serdes.of(topic).serializer())
                .pipeInput(new TestRecord<>(key, value, headers, NOW));
    }

    List<TestRecord<String, Reading>> readings() {
        return all(catalogue.readings());
    }

    <V extends SpecificRecord> List<TestRecord<String, V>> all(Topic<V> topic) {
        return driver.createOutputTopic(
                        topic.name(), new StringDeserializer(), serdes.of(topic).deserializer())
                .readRecordsToList();
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return driver.createOutputTopic(
                        catalogue.deadLetters(catalogue.raw()).name(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** What the ledger says of each message so far, as it was published. */
    List<Outcome> ledger() {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        for (TestRecord<String, LedgerEntry> page : all(catalogue.ledger())) {
            byte[] codes = page.value().getOutcomes().array();
            for (int i = 0; i < LedgerPage.SIZE; i++) {
                if (codes[i] != 0) {
                    outcomes.put(page.value().getBaseOffset() + i, codes[i]);
                }
            }
        }
        List<Outcome> list = new ArrayList<>();
        for (long offset = 0; offset < nextOffset; offset++) {
            list.add(Outcome.ofCode(outcomes.getOrDefault(offset, (byte) 0)));
        }
        return list;
    }

    /** As {@code telemetry.readings} holds it. */
    byte[] encoded(Reading reading) {
        return serdes.of(catalogue.readings())
                .serializer()
                .serialize(catalogue.readings().name(), reading);
    }

    KeyValueStore<String, byte[]> store(String name) {
        return driver.getKeyValueStore(name);
    }

    /** What it says of itself at a path. */
    String said(String path) {
        return Objects.requireNonNull(answers.get(path)).get();
    }

    double count(String name, String... tags) {
        return meters.counter(name, tags).count();
    }

    static String header(TestRecord<?, ?> record, String name) {
        return Headers.find(record.headers(), name).orElse("");
    }

    @Override
    public void close() {
        driver.close();
        memory.close();
    }
}
