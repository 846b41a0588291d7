package io.headrace.streams.state;

import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Builds a store around a logged one; Streams' own cache is never between the two.
 *
 * @param stored builds the inner one
 * @param <S> the inner one
 * @param <T> the outer one
 */
record AroundBuilder<S extends StateStore, T extends StateStore>(StoreBuilder<S> stored, Function<S, T> around)
        implements StoreBuilder<T> {
    @Override
    public T build() {
        return around.apply(stored.build());
    }

    @Override
    public StoreBuilder<T> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<T> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<T> withLoggingEnabled(Map<String, String> config) {
        stored.withLoggingEnabled(config);
        return this;
    }

    @Override
    public StoreBuilder<T> withLoggingDisabled() {
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
