package io.headrace.streams.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Deletes what a fragment has stored of a device that is erased: of each record, the key is a device. */
public final class DeviceEraser implements Processor<String, Long, Void, Void> {
    private final Function<ProcessorContext<Void, Void>, Consumer<String>> opening;
    private @Nullable Consumer<String> eraser;

    private DeviceEraser(Function<ProcessorContext<Void, Void>, Consumer<String>> opening) {
        this.opening = opening;
    }

    /** @param opening gives, of a task's stores, what deletes a device from them */
    public static ProcessorSupplier<String, Long, Void, Void> of(
            Function<ProcessorContext<Void, Void>, Consumer<String>> opening) {
        return () -> new DeviceEraser(opening);
    }

    /** For a store whose keys are device ids, or device ids with a line feed and more after them. */
    public static ProcessorSupplier<String, Long, Void, Void> ofKeys(String storeName) {
        return of(context -> {
            KeyValueStore<String, ?> store = context.getStateStore(storeName);
            return device -> erase(store, device);
        });
    }

    /** Deletes a device's key, and those that begin with it and a line feed, which is in no device id. */
    public static void erase(KeyValueStore<String, ?> store, String device) {
        List<String> keys = new ArrayList<>();
        keys.add(device);
        try (KeyValueIterator<String, ?> found = store.range(device + '\n', device + (char) ('\n' + 1))) {
            found.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(store::delete);
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        eraser = opening.apply(context);
    }

    @Override
    public void process(Record<String, Long> record) {
        if (eraser == null) {
            throw new IllegalStateException("not initialised");
        }
        eraser.accept(record.key());
    }
}
