package io.headrace.streams.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.record.Origin;
import io.headrace.streams.state.LastCallStore;
import io.headrace.streams.state.OneTask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between commits, which a test driver makes after each message. */
class PacketsTest {
    private static final long WINDOW = 1_000;
    private static final long FROM = 1_000_000;

    @TempDir
    private Path folder;

    private LastCallStore<WindowStore<String, byte[]>> store;

    /** The newest message of an id in a stretch of time, as it would be without rows. */
    private record Known(long at, int payload) {}

    @BeforeEach
    void open() {
        MockProcessorContext<Void, Void> context = OneTask.in(folder);
        store = LastCallStore.around(Stores.windowStoreBuilder(
                        Stores.inMemoryWindowStore("packets", Duration.ofHours(1), Duration.ofMillis(WINDOW), false),
                        Serdes.String(),
                        Serdes.ByteArray()))
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Devices count up, go back, begin anew; time goes on, and back a little; some commits, some starts of the task. */
    @Test
    void resends_are_known_whenever_rows_are_left_written_and_read() {
        Random random = new Random(5);
        Map<String, Known> expected = new HashMap<>();
        Packets packets = new Packets(store, WINDOW);
        Map<String, Packets.Row> rows = new HashMap<>();
        int[] next = new int[3];
        int resends = 0;
        for (int step = 0; step < 20_000; step++) {
            int number = random.nextInt(next.length);
            String device = "d" + number;
            long at = FROM + step / 2 + random.nextInt(300);
            next[number] = random.nextInt(40) == 0 ? random.nextInt(60) : next[number] + 1;
            int id = random.nextInt(8) == 0 ? Math.max(0, next[number] - random.nextInt(40)) : next[number];
            int payload = random.nextInt(2);
            Packets.Row row = rows.computeIfAbsent(device, Packets.Row::new);
            if (random.nextInt(4) == 0) {
                // When
                boolean known = packets.has(row, message(device, payload), Integer.toString(id), at);

                // Then
                assertThat(known).as("step %d", step).isEqualTo(isKnown(expected, device, id, payload, at));
                resends += known ? 1 : 0;
            } else {
                packets.remember(row, message(device, payload), Integer.toString(id), at);
                expected.put(key(device, id, at / WINDOW), new Known(at, payload));
            }
            if (random.nextInt(50) == 0) {
                store.flushCache();
                if (random.nextInt(10) == 0) {
                    packets = new Packets(store, WINDOW);
                    rows.clear();
                }
            }
        }
        assertThat(resends).isGreaterThan(500);
    }

    private static boolean isKnown(Map<String, Known> expected, String device, int id, int payload, long at) {
        for (long stretch = at / WINDOW - 1; stretch <= at / WINDOW + 1; stretch++) {
            Known known = expected.get(key(device, id, stretch));
            if (known != null && known.payload == payload && Math.abs(at - known.at) <= WINDOW) {
                return true;
            }
        }
        return false;
    }

    private static String key(String device, int id, long stretch) {
        return device + " " + id + " " + stretch;
    }

    private static RawMessage message(String device, int payload) {
        return new RawMessage(
                device,
                Integer.toString(payload).getBytes(StandardCharsets.US_ASCII),
                Instant.EPOCH,
                new Origin(0, 0L, 0),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }
}
