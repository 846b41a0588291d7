package io.headrace.streams.window.tally;

import io.headrace.record.WindowAggregate;
import io.headrace.streams.window.measure.Accumulator;
import io.headrace.streams.window.measure.Interval;
import io.headrace.streams.window.measure.Told;
import io.headrace.streams.window.shape.Grid;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.tally.WindowStores.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Puts panes together into windows, and gives results of those that have changed since they were told. */
final class PaneTeller {
    private final WindowStores stores;
    private final ResultWriter results;
    private final BiConsumer<WindowAggregate, Accumulator> out;

    PaneTeller(WindowStores stores, ResultWriter results, BiConsumer<WindowAggregate, Accumulator> out) {
        this.stores = stores;
        this.results = results;
        this.out = out;
    }

    /** @param stretch from the start of the first window to the start after the last */
    void close(String device, Window stretch, Grid grid) {
        each(device, stretch, grid, (metric, window, panes) -> {
            Told told = stores.told(device, window, metric);
            long edits = edits(panes);
            if (edits == told.edits()) {
                return;
            }
            stores.put(device, window, metric, new Told(told.revisions() + 1, edits, edits));
            Accumulator values = merged(panes);
            Interval interval = results.expect(device, window.spec(), metric, values, told.revisions() == 0);
            out.accept(results.revision(device, metric, window, panes, values, interval, told.revisions()), values);
        });
    }

    /** As {@link #close}, with provisional results. */
    void show(String device, Window stretch, Grid grid) {
        each(device, stretch, grid, (metric, window, panes) -> {
            Told told = stores.told(device, window, metric);
            long edits = edits(panes);
            if (edits != told.shown()) {
                stores.put(device, window, metric, new Told(told.revisions(), told.edits(), edits));
                Accumulator values = merged(panes);
                out.accept(results.provisional(device, metric, window, values, told.revisions()), values);
            }
        });
    }

    private interface Take {
        void window(String metric, Window window, List<Metric> panes);
    }

    private void each(String device, Window stretch, Grid grid, Take take) {
        Map<String, TreeMap<Long, Metric>> byMetric = new TreeMap<>();
        TreeSet<Long> starts = new TreeSet<>();
        long end = grid.end(stretch.end() - grid.unit());
        for (Metric pane : stores.metrics(device, stretch.spec(), stretch.start(), end)) {
            byMetric.computeIfAbsent(pane.name(), fresh -> new TreeMap<>()).put(pane.start(), pane);
            long last = grid.isComplete() ? pane.start() : grid.earliest(pane.start());
            for (long start = grid.earliest(pane.start()); start <= last; start = grid.next(start)) {
                if (stretch.start() <= start && start < stretch.end()) {
                    starts.add(start);
                }
            }
        }
        for (long start : starts) {
            Window window = new Window(stretch.spec(), start, grid.end(start));
            byMetric.forEach((metric, panes) -> {
                Map<Long, Metric> inWindow = panes.subMap(start, window.end());
                boolean has =
                        grid.isComplete() ? !inWindow.isEmpty() : inWindow.containsKey(window.end() - grid.unit());
                if (has) {
                    take.window(metric, window, new ArrayList<>(inWindow.values()));
                }
            });
        }
    }

    private static long edits(List<Metric> panes) {
        long edits = 0;
        for (Metric pane : panes) {
            edits += pane.accumulator().edits();
        }
        return edits;
    }

    private static Accumulator merged(List<Metric> panes) {
        Accumulator merged = new Accumulator();
        for (Metric pane : panes) {
            merged.add(pane.accumulator());
        }
        return merged;
    }
}
