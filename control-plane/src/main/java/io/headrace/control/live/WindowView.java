package io.headrace.control.live;

import io.headrace.record.WindowAggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * A window's result as the API shows it.
 *
 * @param size as ISO 8601 writes a duration: {@code PT1M}
 */
record WindowView(
        String metric,
        String kind,
        String size,
        Instant start,
        Instant end,
        int revision,
        long count,
        double min,
        double max,
        double sum,
        double mean,
        double stddev,
        double first,
        double last,
        double p50,
        double p95,
        double p99) {
    static WindowView of(WindowAggregate window) {
        return new WindowView(
                window.getMetric(),
                window.getKind().name().toLowerCase(Locale.ROOT),
                Duration.between(window.getStart(), window.getEnd()).toString(),
                window.getStart(),
                window.getEnd(),
                window.getRevision(),
                window.getCount(),
                window.getMin(),
                window.getMax(),
                window.getSum(),
                window.getMean(),
                window.getStddev(),
                window.getFirst(),
                window.getLast(),
                window.getP50(),
                window.getP95(),
                window.getP99());
    }
}
