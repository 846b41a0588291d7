package io.headrace.streams.window.tally;

import io.headrace.record.WindowAggregate;
import io.headrace.streams.window.measure.Accumulator;
import io.headrace.streams.window.measure.Interval;
import io.headrace.streams.window.shape.Grid;
import io.headrace.streams.window.shape.Session;
import io.headrace.streams.window.shape.Shape;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.tally.WindowStores.Metric;
import java.util.List;
import java.util.function.BiConsumer;

/** Gives the results of windows: revisions, provisional results, retractions. */
public final class Teller {
    private final WindowStores stores;
    private final ResultWriter results;
    private final PaneTeller panes;
    private final BiConsumer<WindowAggregate, Accumulator> out;

    /** @param out takes a result and the accumulator that it was made of */
    public Teller(WindowStores stores, Expectation expectation, BiConsumer<WindowAggregate, Accumulator> out) {
        this.stores = stores;
        this.results = new ResultWriter(stores, expectation);
        this.panes = new PaneTeller(stores, results, out);
        this.out = out;
    }

    /** Gives a revision of each metric that has changed, of all metrics of a session, whose bounds may have. */
    public void close(String device, Window window) {
        Shape shape = window.spec().shape();
        if (shape instanceof Grid grid && grid.isPaned()) {
            panes.close(device, window, grid);
            return;
        }
        for (Metric metric : stores.metrics(device, window)) {
            Accumulator accumulator = metric.accumulator();
            if (!accumulator.isChanged() && !(shape instanceof Session)) {
                continue;
            }
            int revision = accumulator.tell();
            stores.put(device, window, metric.name(), accumulator);
            Interval interval = results.expect(device, window.spec(), metric.name(), accumulator, revision == 0);
            out.accept(
                    results.revision(device, metric.name(), window, List.of(metric), accumulator, interval, revision),
                    accumulator);
        }
    }

    /** Gives a provisional result of each metric with values that no result has told. */
    public void show(String device, Window window) {
        if (window.spec().shape() instanceof Grid grid && grid.isPaned()) {
            panes.show(device, window, grid);
            return;
        }
        for (Metric metric : stores.metrics(device, window)) {
            Accumulator accumulator = metric.accumulator();
            if (accumulator.isUnseen()) {
                int revision = accumulator.show();
                stores.put(device, window, metric.name(), accumulator);
                out.accept(results.provisional(device, metric.name(), window, accumulator, revision), accumulator);
            }
        }
    }

    /** Takes back a session that has become part of another. */
    public void retract(String device, Window window, Metric metric) {
        Accumulator accumulator = metric.accumulator();
        if (accumulator.told() > 0) {
            out.accept(results.retraction(device, metric.name(), window, accumulator), accumulator);
        }
    }
}
