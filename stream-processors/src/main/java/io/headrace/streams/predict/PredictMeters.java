package io.headrace.streams.predict;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What has been predicted: {@code headrace.predict.*}. */
final class PredictMeters {
    private final Counter told;
    private final Counter withdrawn;
    private final Counter late;
    private final Counter untimed;
    private final Counter renewals;

    PredictMeters(MeterRegistry registry) {
        told = registry.counter("headrace.predict.predictions", "change", "told");
        withdrawn = registry.counter("headrace.predict.predictions", "change", "withdrawn");
        late = registry.counter("headrace.predict.passed.over", "why", "late");
        untimed = registry.counter("headrace.predict.passed.over", "why", "untimed");
        renewals = registry.counter("headrace.predict.renewals");
    }

    void told() {
        told.increment();
    }

    void withdrawn() {
        withdrawn.increment();
    }

    /** A device was made new. */
    void renewed() {
        renewals.increment();
    }

    /** A reading was older than the step in hand. */
    void late() {
        late.increment();
    }

    /** Nobody knows when a reading was measured. */
    void untimed() {
        untimed.increment();
    }
}
