package io.headrace.streams.window.tally;

import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.state.WriteBackStore.Layout;
import io.headrace.streams.window.measure.Accumulator;
import io.headrace.streams.window.measure.Cell;
import io.headrace.streams.window.measure.Interval;
import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.measure.Told;
import io.headrace.streams.window.shape.Span;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.timeline.Timeline;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of devices and windows: timelines by device, and under a {@link RowKey} whatever a window has. What is
 * asked for may be the object that others were given, and is put again where it is changed.
 */
public final class WindowStores {
    /** How far back a counter's last sample is looked for: some windows of a device with a great many metrics. */
    private static final int LOOK_BACK = 10_000;

    /** Timelines of some 200 bytes and rows of some 500, in memory: 12 MiB a task. */
    public static final int MOST_IN_MEMORY = 16_384;

    private static final Comparator<Metric> BY_NAME =
            Comparator.comparing(metric -> metric.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    /** In place of a key: a device has one timeline. */
    private static final String ONLY = "";

    private final WriteBackStore<String, Timeline> devices;
    private final WriteBackStore<RowKey, Row> rows;
    private final LongFunction<@Nullable WindowSpec> specs;

    /** @param specs finds a configured definition by its id; null for none */
    public WindowStores(
            WriteBackStore<String, Timeline> devices,
            WriteBackStore<RowKey, Row> rows,
            LongFunction<@Nullable WindowSpec> specs) {
        this.devices = devices;
        this.rows = rows;
        this.specs = specs;
    }

    public static StoreBuilder<WriteBackStore<String, Timeline>> devices(KeyValueBytesStoreSupplier where, int most) {
        return WriteBackStore.builder(
                where, new Layout<>((device, only) -> key(device), timeline -> bytes(timeline::write)), most);
    }

    public static StoreBuilder<WriteBackStore<RowKey, Row>> accumulators(KeyValueBytesStoreSupplier where, int most) {
        return WriteBackStore.builder(
                where, new Layout<>((device, key) -> key.place(device), row -> bytes(row::write), RowKey::part), most);
    }

    private static byte[] bytes(Consumer<StateWriter> value) {
        StateWriter writer = new StateWriter();
        value.accept(writer);
        return writer.toBytes();
    }

    /** Nothing in it where the device has none yet. */
    public WriteBackStore<String, Timeline>.Slot timeline(String device) {
        return devices.slot(device, ONLY, stored -> Timeline.read(new StateReader(stored), specs));
    }

    private static Bytes key(String device) {
        return Bytes.wrap(device.getBytes(StandardCharsets.UTF_8));
    }

    /** Forgets all of a device. */
    public void erase(String device) {
        rows.erase(device, RowKey.firstOf(device), RowKey.lastOf(device));
        devices.erase(device, key(device), key(device));
    }

    public void forEachTimeline(BiConsumer<String, Timeline> action) {
        try (KeyValueIterator<Bytes, byte[]> all = devices.all()) {
            all.forEachRemaining(entry -> action.accept(
                    new String(entry.key.get(), StandardCharsets.UTF_8),
                    Timeline.read(new StateReader(entry.value), specs)));
        }
    }

    /** What a window or pane has of a metric; nothing in it where there is no value yet. */
    WriteBackStore<RowKey, Row>.Slot values(String device, Window window, String metric) {
        RowKey key = RowKey.values(window.spec().id(), window.start(), metric);
        return rows.slot(device, key, stored -> {
            Cell cell = window.cell();
            return new Row.Values(Accumulator.read(new StateReader(stored), cell), cell);
        });
    }

    /** As {@link #values}, of a window of which there is nothing yet. */
    WriteBackStore<RowKey, Row>.Slot first(String device, Window window, String metric) {
        return rows.first(device, RowKey.values(window.spec().id(), window.start(), metric));
    }

    public void put(String device, Window window, String metric, Accumulator accumulator) {
        rows.put(
                device,
                RowKey.values(window.spec().id(), window.start(), metric),
                new Row.Values(accumulator, window.cell()));
    }

    /** Puts back what {@link #neighbour} gave. */
    void put(String device, WindowSpec spec, Metric changed) {
        rows.put(
                device,
                RowKey.values(spec.id(), changed.start(), changed.name()),
                new Row.Values(changed.accumulator(), spec.cellAt(changed.start())));
    }

    public void remove(String device, Window window, String metric) {
        rows.remove(device, RowKey.values(window.spec().id(), window.start(), metric));
    }

    /** One metric of a window or pane. */
    public record Metric(String name, long start, Accumulator accumulator) {}

    /** All metrics of a window that have values, in the order of their names' bytes. */
    public List<Metric> metrics(String device, Window window) {
        var inMemory = rows.part(device, key -> key.isOf(window.spec().id(), window.start()));
        if (inMemory == null) {
            return stored(device, window);
        }
        List<Metric> metrics = new ArrayList<>(inMemory.size());
        for (var slot : inMemory) {
            if (slot.value() instanceof Row.Values values) {
                metrics.add(new Metric(slot.key().metric(), window.start(), values.accumulator()));
            }
        }
        if (metrics.size() > 1) {
            metrics.sort(BY_NAME);
        }
        return metrics;
    }

    private List<Metric> stored(String device, Window window) {
        return metrics(device, window.spec(), window.start(), window.start() + 1);
    }

    /** All metrics of windows or panes that start between two times, the second exclusive, by start and then name. */
    public List<Metric> metrics(String device, WindowSpec spec, long from, long to) {
        List<Metric> metrics = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> found = rows.range(
                device,
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
                isLater ? rows.range(device, first, last) : rows.reverseRange(device, first, last)) {
            for (int i = 0; i < LOOK_BACK && found.hasNext(); i++) {
                KeyValue<Bytes, byte[]> entry = found.next();
                if (RowKey.at(RowKey.VALUES, device, spec.id(), entry.key)
                        .metric()
                        .equals(metric)) {
                    return metric(device, spec, entry);
                }
            }
        }
        return null;
    }

    private static Metric metric(String device, WindowSpec spec, KeyValue<Bytes, byte[]> entry) {
        RowKey key = RowKey.at(RowKey.VALUES, device, spec.id(), entry.key);
        Accumulator accumulator = Accumulator.read(new StateReader(entry.value), spec.cellAt(key.start()));
        return new Metric(key.metric(), key.start(), accumulator);
    }

    Told told(String device, Window window, String metric) {
        RowKey key = RowKey.told(window.spec().id(), window.start(), metric);
        Row found = rows.slot(device, key, stored -> new Row.Results(Told.read(new StateReader(stored))))
                .value();
        return found instanceof Row.Results results ? results.told() : Told.NOTHING;
    }

    public void put(String device, Window window, String metric, Told told) {
        rows.put(device, RowKey.told(window.spec().id(), window.start(), metric), new Row.Results(told));
    }

    @Nullable
    Interval interval(String device, WindowSpec spec, String metric) {
        RowKey key = RowKey.interval(spec.id(), metric);
        Row found = rows.slot(device, key, stored -> new Row.Rhythm(Interval.read(new StateReader(stored))))
                .value();
        return found instanceof Row.Rhythm rhythm ? rhythm.interval() : null;
    }

    public void put(String device, WindowSpec spec, String metric, Interval interval) {
        rows.put(device, RowKey.interval(spec.id(), metric), new Row.Rhythm(interval));
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
        List<RowKey> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> found = rows.range(
                device,
                RowKey.first(kind, device, span.id(), span.from()),
                RowKey.last(kind, device, span.id(), span.to()))) {
            while (found.hasNext()) {
                KeyValue<Bytes, byte[]> entry = found.next();
                if (which.test(entry.value)) {
                    keys.add(RowKey.at(kind, device, span.id(), entry.key));
                }
            }
        }
        keys.forEach(key -> rows.remove(device, key));
    }
}
