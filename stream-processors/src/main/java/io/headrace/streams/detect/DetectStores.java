package io.headrace.streams.detect;

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
    /** Bytes of objects that a task keeps at most. */
    private static final long IN_MEMORY = 32 << 20;

    /** And part of the heap that those of all partitions may take together, wherever they are. */
    private static final int PART_OF_HEAP = 4;

    /** Of a metric, beside what the detector remembers: keys, the newest values, and what is known of its anomalies. */
    private static final int BESIDE = 768;

    /** As objects, a memory is so many times what is stored of it. */
    private static final int AS_OBJECTS = 3;

    /** @param partitions of what is watched */
    void addTo(StreamsBuilder builder, DetectConfig config, int partitions) {
        builder.addStateStore(WriteBackStore.builder(
                Stores.persistentKeyValueStore(memory()), Memories.LAYOUT, mostInMemory(config, inMemory(partitions))));
        builder.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(open()), Serdes.String(), Serdes.Long()));
    }

    /** What is known of a device is no larger than what is known of its metrics, of which there are at least as many. */
    static int mostInMemory(DetectConfig config, long bytes) {
        int stored = Judges.of(config).single().fresh().stored().length;
        return Math.toIntExact(bytes / (AS_OBJECTS * stored + BESIDE));
    }

    /** Bytes of objects that a task of so many keeps. */
    static long inMemory(int partitions) {
        return Math.min(IN_MEMORY, Runtime.getRuntime().maxMemory() / PART_OF_HEAP / partitions);
    }

    String memory() {
        return name + "-memory";
    }

    String open() {
        return name + "-open";
    }

    Memories memories(ProcessingContext context, Judges judges, DetectConfig config) {
        return new Memories(context.getStateStore(memory()), judges, config.maxMetrics());
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
