package io.headrace.streams.detect;

import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.streams.state.WriteBackStore;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The stores of a {@link DetectFragment}.
 *
 * @param name the fragment's
 */
record DetectStores(String name) {
    /** Memories of some 1.5 KB as objects: 24 MiB a task. */
    private static final int MOST_IN_MEMORY = 16_384;

    void addTo(StreamsBuilder builder) {
        builder.addStateStore(
                WriteBackStore.builder(Stores.persistentKeyValueStore(memory()), Memories.LAYOUT, MOST_IN_MEMORY));
        builder.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(open()), Serdes.String(), Serdes.Long()));
    }

    String memory() {
        return name + "-memory";
    }

    String open() {
        return name + "-open";
    }

    Memories memories(ProcessingContext context, Detector detector, DetectConfig config) {
        return new Memories(context.getStateStore(memory()), detector, config.maxMetrics());
    }

    OpenEpisodes open(ProcessingContext context) {
        return new OpenEpisodes(context.getStateStore(open()), context.currentSystemTimeMs());
    }

    /** Forgets a device. */
    Consumer<String> eraser(ProcessingContext context) {
        WriteBackStore<String, Remembered> memory = context.getStateStore(memory());
        KeyValueStore<String, Long> open = context.getStateStore(open());
        return device -> {
            Memories.erase(memory, device);
            DeviceEraser.erase(open, device);
        };
    }
}
