package io.headrace.streams.window;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of devices and windows.
 *
 * <pre>
 * devices       device id                                                        timeline
 * accumulators  length of the id (1 octet) · device id · kind (1) · size in ms (4)
 *               · start in µs, ordered (8) · metric                              accumulator
 * </pre>
 *
 * All metrics of a window stand together, and so do the windows of a size in the order of time; the length keeps {@code
 * d1} apart from {@code d10}. The kind is there for kinds other than tumbling.
 */
final class WindowStores {
    private static final int TUMBLING = 0;

    private final KeyValueStore<String, byte[]> devices;
    private final KeyValueStore<Bytes, byte[]> accumulators;
    private final StateWriter writer = new StateWriter();

    WindowStores(KeyValueStore<String, byte[]> devices, KeyValueStore<Bytes, byte[]> accumulators) {
        this.devices = devices;
        this.accumulators = accumulators;
    }

    /** Cached: between two commits what changes often goes to disk and changelog once. */
    static StoreBuilder<KeyValueStore<String, byte[]>> devices(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }

    static StoreBuilder<KeyValueStore<Bytes, byte[]>> accumulators(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled();
    }

    /** A new one where the device has none yet. */
    Timeline timeline(String device) {
        byte @Nullable [] stored = devices.get(device);
        return stored == null ? new Timeline() : Timeline.read(new StateReader(stored));
    }

    void put(String device, Timeline timeline) {
        timeline.write(writer.reset());
        devices.put(device, writer.toBytes());
    }

    void forEachTimeline(BiConsumer<String, Timeline> action) {
        try (KeyValueIterator<String, byte[]> all = devices.all()) {
            all.forEachRemaining(entry -> action.accept(entry.key, Timeline.read(new StateReader(entry.value))));
        }
    }

    /** An empty one where the window has no value of the metric yet. */
    Accumulator accumulator(String device, Window window, String metric) {
        byte @Nullable [] stored = accumulators.get(key(device, window, metric));
        return stored == null ? new Accumulator() : Accumulator.read(new StateReader(stored), window);
    }

    void put(String device, Window window, String metric, Accumulator accumulator) {
        accumulator.write(writer.reset(), window);
        accumulators.put(key(device, window, metric), writer.toBytes());
    }

    /** All metrics of a window that have values, in the order of their names' bytes. */
    List<Metric> metrics(String device, Window window) {
        List<Metric> metrics = new ArrayList<>();
        int prefix = prefixLength(device);
        try (KeyValueIterator<Bytes, byte[]> found = range(device, window.sizeMs(), window.start(), window.end())) {
            while (found.hasNext()) {
                KeyValue<Bytes, byte[]> entry = found.next();
                byte[] key = entry.key.get();
                String metric = new String(key, prefix, key.length - prefix, StandardCharsets.UTF_8);
                metrics.add(new Metric(metric, Accumulator.read(new StateReader(entry.value), window)));
            }
        }
        return metrics;
    }

    /** One metric of a window. */
    record Metric(String name, Accumulator accumulator) {}

    void remove(String device, Span span) {
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> found = range(device, span.sizeMs(), span.from(), span.to())) {
            found.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(accumulators::delete);
    }

    private KeyValueIterator<Bytes, byte[]> range(String device, int sizeMs, long from, long to) {
        byte[] first = key(device, sizeMs, from, new byte[0]);
        // the store's upper bound is inclusive: the last key that could stand before the first window left out
        byte[] last = key(device, sizeMs, to - 1, LAST_METRIC);
        return accumulators.range(Bytes.wrap(first), Bytes.wrap(last));
    }

    /** No UTF-8 text is as high as this octet. */
    private static final byte[] LAST_METRIC = {(byte) 0xFF};

    private static Bytes key(String device, Window window, String metric) {
        return Bytes.wrap(key(device, window.sizeMs(), window.start(), metric.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] key(String device, int sizeMs, long start, byte[] metric) {
        byte[] id = device.getBytes(StandardCharsets.UTF_8);
        if (id.length > 0xFF) {
            throw new IllegalArgumentException("a device id of " + id.length + " octets");
        }
        byte[] key = Arrays.copyOf(new byte[] {(byte) id.length}, prefixLength(id.length) + metric.length);
        System.arraycopy(id, 0, key, 1, id.length);
        int at = 1 + id.length;
        key[at++] = TUMBLING;
        for (int shift = 24; shift >= 0; shift -= 8) {
            key[at++] = (byte) (sizeMs >>> shift);
        }
        long ordered = start ^ Long.MIN_VALUE;
        for (int shift = 56; shift >= 0; shift -= 8) {
            key[at++] = (byte) (ordered >>> shift);
        }
        System.arraycopy(metric, 0, key, at, metric.length);
        return key;
    }

    private static int prefixLength(String device) {
        return prefixLength(device.getBytes(StandardCharsets.UTF_8).length);
    }

    private static int prefixLength(int deviceLength) {
        return 1 + deviceLength + 1 + Integer.BYTES + Long.BYTES;
    }
}
