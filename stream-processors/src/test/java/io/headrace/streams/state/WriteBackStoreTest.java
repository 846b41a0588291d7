package io.headrace.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteBackStoreTest {
    private static final int MOST = 8;

    @TempDir
    Path folder;

    private WriteBackStore<Integer, long[]> store;

    private static byte[] write(long[] count) {
        return Long.toString(count[0]).getBytes(StandardCharsets.UTF_8);
    }

    private static long[] read(byte[] stored) {
        return new long[] {Long.parseLong(new String(stored, StandardCharsets.UTF_8))};
    }

    private static Bytes key(String group, int name) {
        return Bytes.wrap((group + "/" + name).getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void open() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "write-back");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        MockProcessorContext<Void, Void> context =
                new MockProcessorContext<>(properties, new TaskId(0, 0), folder.toFile());
        store = WriteBackStore.builder(
                        Stores.inMemoryKeyValueStore("counts"),
                        new WriteBackStore.Layout<>(WriteBackStoreTest::key, WriteBackStoreTest::write),
                        MOST)
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private byte[] stored(String group, int name) {
        return store.wrapped().get(key(group, name));
    }

    @Test
    void nothingIsWrittenBeforeTheCommitAndAllOfItThen() {
        store.put("a", 1, new long[] {1});
        store.put("a", 1, new long[] {2});
        assertThat(stored("a", 1)).isNull();

        store.flushCache();

        assertThat(stored("a", 1)).asString().isEqualTo("2");
    }

    @Test
    void whatWasNotCommittedIsVoidWhereTheTaskIsGivenUp() {
        store.put("a", 1, new long[] {1});
        store.flushCache();
        store.put("a", 1, new long[] {2});
        store.put("b", 1, new long[] {3});

        store.clearCache();
        store.flushCache();

        assertThat(store.slot("a", 1, WriteBackStoreTest::read).value()).containsExactly(1);
        assertThat(store.slot("b", 1, WriteBackStoreTest::read).value()).isNull();
    }

    @Test
    void anythingPutAndRemovedInAnyOrderIsAsInAMapWhateverTheRoomInMemory() {
        Random random = new Random(4711);
        Map<String, Long> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String group = "g" + random.nextInt(10);
            int name = random.nextInt(5);
            switch (random.nextInt(10)) {
                case 0 -> {
                    store.remove(group, name);
                    expected.remove(group + "/" + name);
                }
                case 1 -> store.flushCache();
                case 2 -> assertThat(range(group)).isEqualTo(of(group, expected));
                default -> {
                    long[] found =
                            store.slot(group, name, WriteBackStoreTest::read).value();
                    assertThat(found == null ? null : found[0]).isEqualTo(expected.get(group + "/" + name));
                    long[] count = found == null ? new long[1] : found;
                    count[0]++;
                    store.put(group, name, count);
                    expected.merge(group + "/" + name, 1L, Long::sum);
                }
            }
        }

        store.flushCache();

        for (int group = 0; group < 10; group++) {
            for (int name = 0; name < 5; name++) {
                Long count = expected.get("g" + group + "/" + name);
                byte[] written = stored("g" + group, name);
                assertThat(written == null ? null : Long.valueOf(new String(written, StandardCharsets.UTF_8)))
                        .isEqualTo(count);
            }
        }
    }

    @Test
    void aPlaceInMemoryIsNotGoodAfterItWasLetGoOf() {
        var slot = store.slot("a", 1, WriteBackStoreTest::read);
        for (int name = 0; name < MOST; name++) {
            store.put("b", name, new long[] {name});
        }

        assertThatThrownBy(() -> slot.put(new long[] {1})).isInstanceOf(IllegalStateException.class);
    }

    private List<String> range(String group) {
        List<String> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = store.range(group, key(group, 0), key(group, 9))) {
            all.forEachRemaining(each -> found.add(new String(each.key.get(), StandardCharsets.UTF_8)
                    + "="
                    + new String(each.value, StandardCharsets.UTF_8)));
        }
        return found;
    }

    private static List<String> of(String group, Map<String, Long> expected) {
        return expected.entrySet().stream()
                .filter(each -> each.getKey().startsWith(group + "/"))
                .map(each -> each.getKey() + "=" + each.getValue())
                .sorted()
                .toList();
    }
}
