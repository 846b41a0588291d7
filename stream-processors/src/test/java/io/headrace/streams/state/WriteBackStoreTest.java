package io.headrace.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteBackStoreTest {
    private static final int MOST = 8;
    private static final int IN_PART = 10;

    @TempDir
    Path folder;

    private MockProcessorContext<Void, Void> context;
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

    private static long part(int name) {
        return name / IN_PART;
    }

    @BeforeEach
    void open() {
        context = OneTask.in(folder);
        store = WriteBackStore.builder(
                        Stores.inMemoryKeyValueStore("counts"),
                        new WriteBackStore.Layout<>(
                                WriteBackStoreTest::key, WriteBackStoreTest::write, WriteBackStoreTest::part),
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

    @Test
    void whatIsInUseStaysWhileOthersComeAndGo() {
        var inUse = store.slot("a", 1, WriteBackStoreTest::read);
        for (int name = 0; name < 10 * MOST; name++) {
            store.put("b", name, new long[] {name});

            assertThat(store.slot("a", 1, WriteBackStoreTest::read)).isSameAs(inUse);
        }
        inUse.put(new long[] {4});
    }

    @Test
    void whatIsLetGoOfIsWrittenAndTheRestWaitsForTheCommit() {
        for (int name = 0; name <= MOST; name++) {
            store.put("b", name, new long[] {name});
        }

        assertThat(stored("b", 0)).asString().isEqualTo("0");
        assertThat(stored("b", MOST)).isNull();
        assertThat(stored("b", MOST - 1)).isNull();
    }

    @Test
    void aPartThatBeganInMemoryIsThereUntilSomeOfItIsLetGoOf() {
        // Given
        store.first("a", 10).put(new long[] {1});
        store.put("a", 13, new long[] {2});
        store.put("a", 25, new long[] {3});
        store.flushCache();
        assertThat(part("a", 1)).containsExactlyInAnyOrder("a/10=1", "a/13=2");
        assertThat(part("a", 2)).isNull();

        // When
        for (int name = 0; name < MOST - 1; name++) {
            store.put("b", name, new long[] {name});
            store.slot("a", 10, WriteBackStoreTest::read);
        }

        // Then
        assertThat(store.slot("a", 10, WriteBackStoreTest::read).value()).containsExactly(1);
        assertThat(part("a", 1)).isNull();
    }

    @Test
    void aPartIsGivenFromMemoryOnlyAsItIsStored() {
        Random random = new Random(42);
        Map<String, Long> expected = new HashMap<>();
        int[] newest = new int[4];
        int whole = 0;
        int unknown = 0;
        for (int i = 0; i < 30_000; i++) {
            int at = random.nextInt(newest.length);
            String group = "g" + at;
            int part = Math.max(0, newest[at] - random.nextInt(3));
            int name = part * IN_PART + random.nextInt(IN_PART);
            switch (random.nextInt(60)) {
                case 0 -> store.flushCache();
                case 1 -> {
                    store.flushCache();
                    store.clearCache();
                }
                case 2 -> {
                    store.flushCache();
                    store.init(context.getStateStoreContext(), store);
                }
                case 3 -> {
                    store.erase(group, key(group, 0), Bytes.wrap((group + "0").getBytes(StandardCharsets.UTF_8)));
                    expected.keySet().removeIf(each -> each.startsWith(group + "/"));
                }
                case 4, 5, 6, 7 -> {
                    newest[at]++;
                    for (int more = random.nextInt(3); more >= 0; more--) {
                        int first = newest[at] * IN_PART + more;
                        store.first(group, first).put(new long[] {i});
                        expected.put(group + "/" + first, (long) i);
                    }
                }
                case 8, 9, 10 -> {
                    store.remove(group, name);
                    expected.remove(group + "/" + name);
                }
                case 11, 12, 13, 14, 15, 16 -> {
                    store.slot(group, name, WriteBackStoreTest::read).put(new long[] {i});
                    expected.put(group + "/" + name, (long) i);
                }
                default -> {
                    List<String> found = part(group, part);
                    if (found == null) {
                        unknown++;
                    } else {
                        whole++;
                        List<String> there = new ArrayList<>();
                        expected.forEach((key, value) -> {
                            if (key.startsWith(group + "/") && part(number(key)) == part) {
                                there.add(key + "=" + value);
                            }
                        });
                        assertThat(found).containsExactlyInAnyOrderElementsOf(there);
                    }
                }
            }
        }
        assertThat(whole).isGreaterThan(1_000);
        assertThat(unknown).isGreaterThan(1_000);
    }

    private static int number(String key) {
        return Integer.parseInt(key.substring(key.indexOf('/') + 1));
    }

    private @Nullable List<String> part(String group, int part) {
        var slots = store.part(group, name -> part(name) == part);
        return slots == null
                ? null
                : slots.stream()
                        .filter(slot -> slot.value() != null)
                        .map(slot -> group + "/" + slot.key() + "=" + Objects.requireNonNull(slot.value())[0])
                        .toList();
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
