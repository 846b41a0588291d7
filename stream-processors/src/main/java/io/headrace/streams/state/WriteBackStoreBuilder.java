package io.headrace.streams.state;

import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** Builds a {@link WriteBackStore} around a logged store; Streams' own cache is never between the two. */
record WriteBackStoreBuilder<V>(
        StoreBuilder<KeyValueStore<Bytes, byte[]>> stored,
        Function<KeyValueStore<Bytes, byte[]>, WriteBackStore<V>> around)
        implements StoreBuilder<WriteBackStore<V>> {
    @Override
    public WriteBackStore<V> build() {
        return around.apply(stored.build());
    }

    @Override
    public StoreBuilder<WriteBackStore<V>> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<WriteBackStore<V>> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<WriteBackStore<V>> withLoggingEnabled(Map<String, String> config) {
        stored.withLoggingEnabled(config);
        return this;
    }

    @Override
    public StoreBuilder<WriteBackStore<V>> withLoggingDisabled() {
        stored.withLoggingDisabled();
        return this;
    }

    @Override
    public Map<String, String> logConfig() {
        return stored.logConfig();
    }

    @Override
    public boolean loggingEnabled() {
        return stored.loggingEnabled();
    }

    @Override
    public String name() {
        return stored.name();
    }
}
