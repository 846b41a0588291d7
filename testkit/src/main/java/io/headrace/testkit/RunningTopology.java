package io.headrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * A topology on a test driver, with a folder of its own for its state.
 *
 * @param folder removed at the end
 */
record RunningTopology(TopologyTestDriver driver, Path folder) implements AutoCloseable {
    static RunningTopology start(Topology topology, Instant now) {
        try {
            Path folder = Files.createTempDirectory("fragment");
            return new RunningTopology(new TopologyTestDriver(topology, properties(folder), now), folder);
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for state", e);
        }
    }

    private static Properties properties(Path folder) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "fragment-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return properties;
    }

    /** What was written to a topic and not asked for yet. */
    List<TestRecord<String, byte[]>> written(String topic) {
        return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** Another one with the same state; this one has ended. */
    RunningTopology restarted(Topology topology, Instant now) {
        Map<String, List<KeyValue<Object, Object>>> state = new HashMap<>();
        driver.getAllStateStores().forEach((name, store) -> state.put(name, contents(name, store)));
        close();
        RunningTopology again = start(topology, now);
        state.forEach((name, entries) -> {
            KeyValueStore<Object, Object> store = again.driver.getKeyValueStore(name);
            entries.forEach(entry -> store.put(entry.key, entry.value));
        });
        return again;
    }

    private List<KeyValue<Object, Object>> contents(String name, StateStore store) {
        if (!(store instanceof KeyValueStore)) {
            throw new IllegalStateException("the store " + name + " isn't one of keys and values");
        }
        List<KeyValue<Object, Object>> contents = new ArrayList<>();
        KeyValueStore<Object, Object> readable = driver.getKeyValueStore(name);
        try (KeyValueIterator<Object, Object> all = readable.all()) {
            all.forEachRemaining(contents::add);
        }
        return contents;
    }

    @Override
    public void close() {
        driver.close();
        try (Stream<Path> left = Files.walk(folder)) {
            for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " can't be removed", e);
        }
    }
}
