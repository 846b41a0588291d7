package io.headrace.streams.window;

import io.headrace.record.WindowAggregate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts of one instance: aggregates by what kind of result they are, values too late, readings of too many groups. */
final class WindowMeters {
    private final Counter closed;
    private final Counter revised;
    private final Counter provisional;
    private final Counter retracted;
    private final Counter late;
    private final Counter refused;

    WindowMeters(MeterRegistry meters) {
        closed = aggregates(meters, "first");
        revised = aggregates(meters, "later");
        provisional = aggregates(meters, "provisional");
        retracted = aggregates(meters, "retracted");
        late = meters.counter("headrace.window.late.values");
        refused = meters.counter("headrace.window.groups.refused");
    }

    private static Counter aggregates(MeterRegistry meters, String revision) {
        return meters.counter("headrace.window.aggregates", "revision", revision);
    }

    void told(WindowAggregate aggregate) {
        if (aggregate.getRetracted()) {
            retracted.increment();
        } else if (aggregate.getProvisional()) {
            provisional.increment();
        } else {
            (aggregate.getRevision() == 0 ? closed : revised).increment();
        }
    }

    /** A reading that is of one group too many. */
    void refused() {
        refused.increment();
    }

    void late(int values) {
        late.increment(values);
    }
}
