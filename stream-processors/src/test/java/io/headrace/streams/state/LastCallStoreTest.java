package io.headrace.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
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
        context = OneTask.in(folder);
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

    @Test
    void aWindowStoreThatCouldNotBeOpenedCanBeOpenedOnceWhatWasBrokenIsGone() throws IOException {
        LastCallStore<WindowStore<String, String>> windows = LastCallStore.around(Stores.windowStoreBuilder(
                        Stores.persistentWindowStore("windows", Duration.ofHours(1), Duration.ofMinutes(1), false),
                        Serdes.String(),
                        Serdes.String()))
                .withLoggingDisabled()
                .build();
        Path broken = folder.resolve("windows").resolve("windows.0");
        Files.createDirectories(broken.getParent());
        Files.writeString(broken, "no database");
        assertThatThrownBy(() -> windows.init(context.getStateStoreContext(), windows))
                .isInstanceOf(ProcessorStateException.class);
        Files.delete(broken);

        windows.init(context.getStateStoreContext(), windows);

        windows.wrapped().put("key", "value", 0);
        assertThat(windows.wrapped().fetch("key", 0)).isEqualTo("value");
        windows.close();
    }
}
