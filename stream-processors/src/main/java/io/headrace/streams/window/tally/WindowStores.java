package io.headrace.streams.window.tally;

import io.headrace.streams.window.measure.Accumulator;
import io.headrace.streams.window.measure.Interval;
import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.measure.Told;
import io.headrace.streams.window.shape.Span;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** What is stored of devices and windows: timelines by device, and under a {@link RowKey} whatever a window has. */
public final class WindowStores {
    /** How far back a counter's last sample is looked for: some windows of a device with a great many metrics. */
    private static final int LOOK_BACK = 10_000;

    private final KeyValueStore<String, byte[]> devices;
    private final KeyValueStore<Bytes, byte[]> rows;
    private final LongFunction<@Nullable WindowSpec> specs;
    private final StateWriter writer = new StateWriter();

    /** @param specs finds a configured definition by its id; null for none */
    public WindowStores(
            KeyValueStore<String, byte[]> devices,
            KeyValueStore<Bytes, byte[]> rows,
            LongFunction<@Nullable WindowSpec> specs) {
        this.devices = devices;
        this.rows = rows;
        this.specs = specs;
    }

    /** Cached: between two commits what changes often goes to disk and changelog once. */
    public static StoreBuilder<KeyValueStore<String, byte[]>> devices(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }

    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> accumulators(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled();
    }

    /** A new one where the device has none yet. */
    public Timeline timeline(String device) {
        byte @Nullable [] stored = devices.get(device);
        return stored == null ? new Timeline() : Timeline.read(new StateReader(stored), specs);
    }

    public void put(String device, Timeline timeline) {
        timeline.write(writer.reset());
        devices.put(device, writer.toBytes());
    }

    public void forEachTimeline(BiConsumer<String, Timeline> action) {
        try (KeyValueIterator<String, byte[]> all = devices.all()) {
            all.forEachRemaining(entry -> action.accept(entry.key, Timeline.read(new StateReader(entry.value), specs)));
        }
    }

    /** Null where the window or pane has no value of the metric yet. */
    @Nullable
    Accumulator find(String device, Window window, String metric) {
        byte @Nullable [] stored = rows.get(RowKey.values(device, window.spec().id(), window.start(), metric));
        return stored == null ? null : Accumulator.read(new StateReader(stored), window.cell());
    }

    public void put(String device, Window window, String metric, Accumulator accumulator) {
        accumulator.write(writer.reset(), window.cell());
        rows.put(RowKey.values(device, window.spec().id(), window.start(), metric), writer.toBytes());
    }

    /** Puts back what {@link #neighbour} gave. */
    void put(String device, WindowSpec spec, Metric changed) {
        changed.accumulator().write(writer.reset(), spec.cellAt(changed.start()));
        rows.put(RowKey.values(device, spec.id(), changed.start(), changed.name()), writer.toBytes());
    }

    public void remove(String device, Window window, String metric) {
        rows.delete(RowKey.values(device, window.spec().id(), window.start(), metric));
    }

    /** One metric of a window or pane. */
    public record Metric(String name, long start, Accumulator accumulator) {}

    /** All metrics of a window that have values, in the order of their names' bytes. */
    public List<Metric> metrics(String device, Window window) {
        return metrics(device, window.spec(), window.start(), window.start() + 1);
    }

    /** All metrics of windows or panes that start between two times, the second exclusive, by start and then name. */
    public List<Metric> metrics(String device, WindowSpec spec, long from, long to) {
        List<Metric> metrics = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> found = rows.range(
                RowKey.first(RowKey.VALUES, device, spec.id(), from),
                RowKey.last(RowKey.VALUES, device, spec.id(), to))) {
            while (found.hasNext()) {
                metrics.add(metric(device, spec, found.next()));
            }
        }
        return metrics;
    }

    /** The next window or pane before or after one that has values of a metric; null for none. */
    @Nullable
    Metric neighbour(String device, Window window, String metric, boolean isLater) {
        WindowSpec spec = window.spec();
        long from = isLater ? window.start() + 1 : Long.MIN_VALUE;
        Bytes first = RowKey.first(RowKey.VALUES, device, spec.id(), from);
        Bytes last = RowKey.last(RowKey.VALUES, device, spec.id(), isLater ? Long.MAX_VALUE : window.start());
        try (KeyValueIterator<Bytes, byte[]> found =
                isLater ? rows.range(first, last) : rows.reverseRange(first, last)) {
            for (int i = 0; i < LOOK_BACK && found.hasNext(); i++) {
                KeyValue<Bytes, byte[]> entry = found.next();
                if (RowKey.metric(device, spec.id(), entry.key).equals(metric)) {
                    return metric(device, spec, entry);
                }
            }
        }
        return null;
    }

    private static Metric metric(String device, WindowSpec spec, KeyValue<Bytes, byte[]> entry) {
        long start = RowKey.start(device, spec.id(), entry.key);
        String name = RowKey.metric(device, spec.id(), entry.key);
        return new Metric(name, start, Accumulator.read(new StateReader(entry.value), spec.cellAt(start)));
    }

    Told told(String device, Window window, String metric) {
        byte @Nullable [] stored = rows.get(RowKey.told(device, window.spec().id(), window.start(), metric));
        return stored == null ? Told.NOTHING : Told.read(new StateReader(stored));
    }

    public void put(String device, Window window, String metric, Told told) {
        told.write(writer.reset());
        rows.put(RowKey.told(device, window.spec().id(), window.start(), metric), writer.toBytes());
    }

    @Nullable
    Interval interval(String device, WindowSpec spec, String metric) {
        byte @Nullable [] stored = rows.get(RowKey.interval(device, spec.id(), metric));
        return stored == null ? null : Interval.read(new StateReader(stored));
    }

    public void put(String device, WindowSpec spec, String metric, Interval interval) {
        interval.write(writer.reset());
        rows.put(RowKey.interval(device, spec.id(), metric), writer.toBytes());
    }

    public void remove(String device, Span span) {
        removeAll(device, RowKey.VALUES, span, value -> true);
        if (!WindowSpec.isPlain(span.id())) {
            removeAll(device, RowKey.TOLD, span, value -> true);
        }
        if (span.from() == Long.MIN_VALUE && span.to() == Long.MAX_VALUE) {
            removeAll(device, RowKey.INTERVAL, span, value -> true);
        }
    }

    /** Forgets the intervals of metrics that a definition has seen nothing of since an instant. */
    public void removeIntervals(String device, WindowSpec spec, long since) {
        Span all = new Span(spec.id(), Long.MIN_VALUE, Long.MAX_VALUE);
        removeAll(
                device,
                RowKey.INTERVAL,
                all,
                value -> Interval.read(new StateReader(value)).lastAt() < since);
    }

    private void removeAll(String device, int kind, Span span, Predicate<byte[]> which) {
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> found = rows.range(
                RowKey.first(kind, device, span.id(), span.from()), RowKey.last(kind, device, span.id(), span.to()))) {
            while (found.hasNext()) {
                KeyValue<Bytes, byte[]> entry = found.next();
                if (which.test(entry.value)) {
                    keys.add(entry.key);
                }
            }
        }
        keys.forEach(rows::delete);
    }
}
