package io.headrace.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastCallStoreTest {
    @TempDir
    Path folder;

    private LastCallStore<KeyValueStore<String, String>> store;
    private MockProcessorContext<Void, Void> context;

    @BeforeEach
    void open() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "last-call");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        context = new MockProcessorContext<>(properties, new TaskId(0, 0), folder.toFile());
        store = LastCallStore.around(Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("texts"), Serdes.String(), Serdes.String()))
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        store.beforeCommit(() -> store.wrapped().put("kept", "back"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void whatIsKeptBackIsPutBeforeTheCommit() {
        assertThat(store.wrapped().get("kept")).isNull();

        store.flushCache();

        assertThat(store.wrapped().get("kept")).isEqualTo("back");
    }

    @Test
    void whatIsKeptBackIsVoidWhereTheTaskIsGivenUp() {
        store.clearCache();
        store.flushCache();

        assertThat(store.wrapped().get("kept")).isNull();
    }

    @Test
    void whoUsedItBeforeTheTaskBeganAnewIsNotCalled() {
        store.init(context.getStateStoreContext(), store);
        store.flushCache();

        assertThat(store.wrapped().get("kept")).isNull();
    }
}
