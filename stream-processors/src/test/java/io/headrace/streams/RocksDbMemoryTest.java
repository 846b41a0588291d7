package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much it is under 100,000 devices is measured by {@code StateMeasure}. */
class RocksDbMemoryTest {
    private static final int STORES = 24;
    private static final long LIMIT = 16L << 20;
    private static final int VALUE = 1_024;

    @TempDir
    private Path folder;

    /** Each alone would take two write buffers of 4 MiB, and as many blocks as it likes. */
    @Test
    void all_stores_of_an_application_live_in_one_budget() {
        // Given
        RocksDbMemory memory = new RocksDbMemory(LIMIT);
        List<KeyValueStore<Integer, byte[]>> stores = new ArrayList<>();
        for (int i = 0; i < STORES; i++) {
            stores.add(opened("store-" + i, memory));
        }

        // When
        Random random = new Random(1);
        long most = 0;
        for (int i = 0; i < 24_000; i++) {
            byte[] value = new byte[VALUE];
            random.nextBytes(value);
            stores.get(i % STORES).put(random.nextInt(10_000), value);
            stores.get(random.nextInt(STORES)).get(random.nextInt(10_000));
            most = Math.max(most, memory.used());
        }

        // Then: what is being flushed may stand beside what is written meanwhile
        assertThat(most).isBetween(LIMIT / 4, LIMIT + LIMIT / 4);
        stores.forEach(KeyValueStore::close);
        memory.close();
        assertThat(memory.used()).isZero();
    }

    private KeyValueStore<Integer, byte[]> opened(String name, RocksDbMemory memory) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "memory");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDb.class);
        settings.put(SharedRocksDb.MEMORY, memory);
        MockProcessorContext<Void, Void> context =
                new MockProcessorContext<>(settings, new TaskId(0, 0), folder.toFile());
        KeyValueStore<Integer, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name), Serdes.Integer(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }
}
