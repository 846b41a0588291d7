package io.headrace.streams.detect;

import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyVerdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What detection has done: {@code headrace.detect.*}. */
final class DetectMeters {
    private final Counter values;
    private final Counter anomalies;
    private final Counter suppressed;
    private final Counter unwatched;
    private final Counter unknown;
    private final Counter acknowledged;
    private final Counter falseAlarms;

    DetectMeters(MeterRegistry registry) {
        values = registry.counter("headrace.detect.values");
        anomalies = registry.counter("headrace.detect.anomalies");
        suppressed = registry.counter("headrace.detect.suppressed");
        unwatched = registry.counter("headrace.detect.unwatched");
        unknown = registry.counter("headrace.detect.feedback.unknown");
        acknowledged = registry.counter("headrace.detect.feedback", "verdict", "acknowledged");
        falseAlarms = registry.counter("headrace.detect.feedback", "verdict", "false-alarm");
    }

    /** A value was judged. */
    void judged() {
        values.increment();
    }

    void opened(Anomaly anomaly) {
        (anomaly.getSuppressed() == null ? anomalies : suppressed).increment();
    }

    /** A value is of a metric beyond the limit of its device. */
    void unwatched() {
        unwatched.increment();
    }

    void learnt(AnomalyVerdict verdict) {
        switch (verdict) {
            case ACKNOWLEDGED -> acknowledged.increment();
            case FALSE_ALARM -> falseAlarms.increment();
        }
    }

    /** Somebody said something that can't be read, was said before, or is about a metric that isn't watched. */
    void unknown() {
        unknown.increment();
    }
}
