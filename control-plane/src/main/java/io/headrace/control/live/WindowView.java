package io.headrace.control.live;

import io.headrace.record.WindowAggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A window's result as the API shows it.
 *
 * @param size as ISO 8601 writes a duration: {@code PT1M}
 * @param window its name; empty for the plain sizes
 * @param increase of a counter, as {@code rate}; null for others
 * @param missingRatio null where no interval is known, as {@code uptimeRatio}
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
        double p99,
        String window,
        boolean provisional,
        @Nullable Double increase,
        @Nullable Double rate,
        @Nullable Double missingRatio,
        @Nullable Double uptimeRatio) {
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
                window.getP99(),
                window.getWindow(),
                window.getProvisional(),
                window.getIncrease(),
                window.getRate(),
                window.getMissingRatio(),
                window.getUptimeRatio());
    }

    /** Whether another result of the same window is a later one. */
    boolean isReplacedBy(WindowAggregate other) {
        return other.getRevision() > revision
                || (other.getRevision() == revision && (provisional || other.getRetracted()));
    }
}
