package io.headrace.streams.window.tally;

import io.headrace.record.WindowAggregate;
import io.headrace.streams.window.measure.Accumulator;
import io.headrace.streams.window.measure.Coverage;
import io.headrace.streams.window.measure.Interval;
import io.headrace.streams.window.shape.Grid;
import io.headrace.streams.window.shape.Group;
import io.headrace.streams.window.shape.Session;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.tally.WindowStores.Metric;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes aggregates: identity, numbers, and how much is missing. */
final class ResultWriter {
    private final WindowStores stores;
    private final Expectation expectation;

    ResultWriter(WindowStores stores, Expectation expectation) {
        this.stores = stores;
        this.expectation = expectation;
    }

    /**
     * How far apart a metric's values are expected to be: by what windows before this one had, or by this one where it is
     * the first. Null where that isn't known.
     *
     * @param isFirst whether to learn from it: a window teaches once
     */
    @Nullable
    Interval expect(String device, WindowSpec spec, String metric, Accumulator window, boolean isFirst) {
        return switch (expectation.kind()) {
            case NONE -> null;
            case FIXED -> new Interval(0, expectation.micros());
            case LEARNED -> {
                Interval before = stores.interval(device, spec, metric);
                Interval after = before;
                if (isFirst || before == null) {
                    boolean isContinuous = spec.shape() instanceof Grid grid && !grid.isPaned();
                    after = Interval.learned(before, window, isContinuous);
                    stores.put(device, spec, metric, after);
                }
                yield before != null && before.micros() > 0 ? before : after;
            }
        };
    }

    /** @param panes what the window is made of, in the order of time */
    WindowAggregate revision(
            String device,
            String metric,
            Window window,
            List<Metric> panes,
            Accumulator values,
            @Nullable Interval interval,
            int revision) {
        WindowAggregate aggregate = aggregate(device, metric, window, revision);
        values.fill(aggregate);
        if (interval != null && interval.micros() > 0) {
            fillMissing(aggregate, window, panes, values, interval.micros());
        }
        return aggregate;
    }

    /** Nothing is said of what is missing: the window isn't over. */
    WindowAggregate provisional(String device, String metric, Window window, Accumulator values, int revision) {
        WindowAggregate aggregate = aggregate(device, metric, window, revision);
        values.fill(aggregate);
        aggregate.setProvisional(true);
        return aggregate;
    }

    WindowAggregate retraction(String device, String metric, Window window, Accumulator values) {
        WindowAggregate aggregate = aggregate(device, metric, window, values.told());
        aggregate.setReceivedAt(instant(values.latest().receivedAt()));
        aggregate.setRetracted(true);
        return aggregate;
    }

    private static WindowAggregate aggregate(String device, String metric, Window window, int revision) {
        WindowSpec spec = window.spec();
        WindowAggregate aggregate = new WindowAggregate();
        aggregate.setDeviceId(device);
        aggregate.setMetric(metric);
        aggregate.setKind(spec.shape().kind());
        aggregate.setStart(instant(window.start()));
        aggregate.setEnd(instant(window.end()));
        aggregate.setRevision(revision);
        aggregate.setWindow(spec.name());
        aggregate.setSizeMs(spec.name().isEmpty() ? 0 : spec.shape().sizeMs());
        if (spec.groupBy().isPresent()) {
            Group group = Group.ofKey(device);
            aggregate.setGroupBy(group.tag());
            aggregate.setGroup(group.value());
        }
        return aggregate;
    }

    private static void fillMissing(
            WindowAggregate aggregate, Window window, List<Metric> panes, Accumulator values, long interval) {
        boolean isSession = window.spec().shape() instanceof Session;
        double expected = isSession
                ? (double) (values.lastAt() - values.firstAt()) / interval + 1
                : (double) (window.end() - window.start()) / interval;
        aggregate.setExpectedCount(expected);
        aggregate.setMissingRatio(Math.clamp(1 - values.count() / expected, 0, 1));
        if (isSession) {
            return;
        }
        Coverage coverage = new Coverage(window.start(), window.end(), interval);
        boolean isKnown = true;
        for (Metric pane : panes) {
            isKnown &= pane.accumulator().cover(coverage, window.spec().cellAt(pane.start()));
        }
        aggregate.setUptimeRatio(isKnown ? coverage.ratio() : null);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
