package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Outcome;
import io.headrace.record.Erasure;
import io.headrace.record.ErasureState;
import io.headrace.record.Rule;
import io.headrace.record.Severity;
import io.headrace.record.WindowAggregate;
import io.headrace.streams.state.LastCallStore;
import io.headrace.streams.state.WriteBackStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the processors know of a device goes when it is erased, and that of no other. */
class ErasureTest {
    private static final Map<String, String> ALL =
            Map.of("processors.fragments", "normalize,route,window,detect,rules,hot");

    @TempDir
    private Path folder;

    @Test
    void no_store_has_a_trace_of_an_erased_device_and_others_lose_nothing() {
        try (Pipeline pipeline = new Pipeline(folder, ALL)) {
            // Given
            pipeline.put(
                    pipeline.catalogue.rules(),
                    "hot",
                    Rule.newBuilder()
                            .setId("hot")
                            .setCondition("values.t > 80.0")
                            .setSeverity(Severity.CRITICAL)
                            .setUpdatedAt(Pipeline.NOW)
                            .build());
            long ended = 0;
            for (String device : List.of("boiler-7", "boiler-77", "boiler-")) {
                birth(pipeline, device);
                for (int i = 0; i < 3; i++) {
                    ended = measured(pipeline, device, i, 90) + 1;
                }
            }
            assertThat(traces(pipeline, "boiler-7\n", "boiler-7\0", "boiler-7"))
                    .extracting(trace -> trace.substring(0, trace.indexOf(' ')))
                    .contains(
                            "normalize-duplicates",
                            "normalize-memories",
                            "window-devices",
                            "window-accumulators",
                            "detect-memory",
                            "rules-courses",
                            "hot-metrics");
            List<String> ofOthers = traces(pipeline, "boiler-77", "boiler-\n", "boiler-\0");

            // When
            pipeline.erase("boiler-7", ended);

            // Then
            List<String> left = traces(pipeline, "boiler-7");
            left.removeIf(trace -> trace.contains("boiler-77"));
            assertThat(left).isEmpty();
            assertThat(traces(pipeline, "boiler-77", "boiler-\n", "boiler-\0")).isEqualTo(ofOthers);
        }
    }

    @Test
    void windows_of_an_erased_device_never_close_and_its_older_messages_come_to_nothing() {
        try (Pipeline pipeline = new Pipeline(folder, ALL)) {
            // Given
            measured(pipeline, "d1", 0, 20);
            measured(pipeline, "d2", 0, 20);
            pipeline.readings();

            // When: two more of its messages are before the cut and come after it is known
            pipeline.erase("d1", 4);
            measured(pipeline, "d1", 1, 21);
            measured(pipeline, "d1", 2, 22);
            pipeline.driver.advanceWallClockTime(Duration.ofHours(2));

            // Then
            assertThat(pipeline.ledger())
                    .containsExactly(Outcome.STORED, Outcome.STORED, Outcome.EXPIRED, Outcome.EXPIRED);
            assertThat(pipeline.readings()).isEmpty();
            assertThat(pipeline.all(pipeline.catalogue.aggregates()))
                    .extracting(TestRecord::key)
                    .containsOnly("d2");
            assertThat(traces(pipeline, "d1")).isEmpty();
        }
    }

    @Test
    void a_device_that_is_made_anew_under_the_id_starts_from_nothing() {
        try (Pipeline pipeline = new Pipeline(folder, ALL)) {
            // Given
            measured(pipeline, "d1", 0, 20);
            pipeline.erase("d1", 1);

            // When
            measured(pipeline, "d1", 1, 30);
            pipeline.driver.advanceWallClockTime(Duration.ofHours(2));

            // Then
            assertThat(pipeline.ledger()).containsExactly(Outcome.STORED, Outcome.STORED);
            List<TestRecord<String, WindowAggregate>> aggregates = pipeline.all(pipeline.catalogue.aggregates());
            assertThat(aggregates).isNotEmpty().allSatisfy(row -> {
                assertThat(row.value().getCount()).isEqualTo(1);
                assertThat(row.value().getSum())
                        .isEqualTo(row.value().getMetric().equals("t") ? 30 : 1);
                assertThat(row.value().getRevision()).isZero();
            });
        }
    }

    @Test
    void an_application_that_begins_anew_knows_of_the_erasure_before_it_reads_the_messages() {
        try (Pipeline pipeline = new Pipeline(folder, ALL)) {
            // Given: what is in the topics after the erasure's own record has aged out
            pipeline.put(
                    pipeline.catalogue.erasures(),
                    "d1",
                    Erasure.newBuilder()
                            .setDeviceId("d1")
                            .setActor("admin")
                            .setRequestedAt(Pipeline.NOW)
                            .setState(ErasureState.DONE)
                            .setCut(Map.of("0", 2L))
                            .build());

            // When
            measured(pipeline, "d1", 0, 20);
            pipeline.send("d1", "no JSON");
            measured(pipeline, "d1", 2, 22);

            // Then
            assertThat(pipeline.ledger()).containsExactly(Outcome.EXPIRED, Outcome.EXPIRED, Outcome.STORED);
            assertThat(pipeline.deadLetters()).isEmpty();
        }
    }

    @Test
    void a_dead_letter_of_an_erased_device_that_is_replayed_is_expired() {
        try (Pipeline pipeline = new Pipeline(folder, ALL)) {
            // Given
            pipeline.send("d1", "no JSON");
            TestRecord<byte[], byte[]> letter = pipeline.deadLetters().getFirst();
            pipeline.erase("d1", 1);

            // When
            pipeline.replay(letter, Pipeline.NOW.plusSeconds(60));

            // Then
            assertThat(pipeline.ledger()).containsExactly(Outcome.EXPIRED);
            assertThat(pipeline.deadLetters()).isEmpty();
        }
    }

    private static long measured(Pipeline pipeline, String device, int minute, double value) {
        long ts = Pipeline.NOW.plusSeconds(60L * minute).toEpochMilli();
        return pipeline.send(
                device,
                "{\"ts\": " + ts + ", \"values\": {\"t\": " + value + ", \"u\": 1}}",
                Headers.MESSAGE_ID,
                "m" + minute);
    }

    /** What Sparkplug's births leave behind. */
    private static void birth(Pipeline pipeline, String device) {
        KeyValueStore<String, byte[]> memories = pipeline.store("normalize-memories");
        memories.put(device + "\nsparkplug", new byte[] {1});
    }

    /** Store and key of all that is stored under a key with one of these texts in it. */
    private static List<String> traces(Pipeline pipeline, String... texts) {
        List<String> traces = new ArrayList<>();
        pipeline.driver.getAllStateStores().forEach((name, store) -> {
            for (String key : keys(store)) {
                if (List.of(texts).stream().anyMatch(key::contains)) {
                    traces.add(name + " " + key);
                }
            }
        });
        return traces;
    }

    private static List<String> keys(@Nullable StateStore store) {
        List<String> keys = new ArrayList<>();
        if (store instanceof LastCallStore<?> around) {
            return keys(around.wrapped());
        }
        if (store instanceof WriteBackStore<?, ?> objects) {
            try (KeyValueIterator<Bytes, byte[]> all = objects.all()) {
                all.forEachRemaining(entry -> keys.add(new String(entry.key.get(), StandardCharsets.ISO_8859_1)));
            }
        } else if (store instanceof KeyValueStore<?, ?> values) {
            try (KeyValueIterator<?, ?> all = values.all()) {
                all.forEachRemaining(entry -> keys.add(String.valueOf(entry.key)));
            }
        } else if (store instanceof WindowStore<?, ?> windows) {
            try (KeyValueIterator<?, ?> all = windows.all()) {
                all.forEachRemaining(entry -> keys.add(String.valueOf(entry.key)));
            }
        }
        return keys;
    }
}
