package io.headrace.streams.mapping;

import java.util.Objects;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Brings changes of {@code config.mappings} into force, and keeps the definitions for dry runs. */
public final class MappingChanges extends ContextualProcessor<String, byte[], Void, Void> {
    private final Mappings mappings;
    private final String storeName;
    private @Nullable KeyValueStore<String, byte[]> store;

    /** @param storeName of a store that every instance has whole */
    public MappingChanges(Mappings mappings, String storeName) {
        this.mappings = mappings;
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        store = context.getStateStore(storeName);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null) {
            return;
        }
        Objects.requireNonNull(store).put(record.key(), record.value());
        mappings.change(record.key(), record.value());
    }
}
