package io.headrace.streams.hot;

import io.headrace.streams.state.WriteBackStore;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.internals.StateStoreProvider;

/** Has Streams find the hot store for whoever asks. Only what it wraps is for several threads. */
final class StoredPages implements QueryableStoreType<WriteBackStore<Integer, Page>> {
    @Override
    public boolean accepts(StateStore store) {
        return store instanceof WriteBackStore<?, ?>;
    }

    @Override
    public WriteBackStore<Integer, Page> create(StateStoreProvider provider, String name) {
        return provider.stores(name, this).getFirst();
    }
}
