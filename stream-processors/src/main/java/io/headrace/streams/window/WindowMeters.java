package io.headrace.streams.window;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts of one instance: aggregates written for the first time and again, and values too late. */
final class WindowMeters {
    private final Counter closed;
    private final Counter revised;
    private final Counter late;

    WindowMeters(MeterRegistry meters) {
        closed = meters.counter("headrace.window.aggregates", "revision", "first");
        revised = meters.counter("headrace.window.aggregates", "revision", "later");
        late = meters.counter("headrace.window.late.values");
    }

    void closed(int revision) {
        (revision == 0 ? closed : revised).increment();
    }

    void late(int values) {
        late.increment(values);
    }
}
