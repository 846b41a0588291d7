package io.headrace.streams.rules.check;

import io.headrace.streams.predict.PredictedMetrics;
import io.headrace.streams.rules.check.Check.Outlook;
import java.util.Collection;
import java.util.Optional;

/** When a device would fail that a rule upon a prediction is about: what was predicted stands among the reading's values. */
public final class PredictedEnd {
    private static final double MICROS_PER_HOUR = 3.6e9;

    private PredictedEnd() {}

    /**
     * Of the first model, by name, whose metrics the rule looks at.
     *
     * @param metrics that the rule looks at
     */
    public static Optional<Outlook> of(Collection<String> metrics, Sight sight) {
        return metrics.stream()
                .sorted()
                .flatMap(metric -> PredictedMetrics.find(metric).stream())
                .findFirst()
                .flatMap(names -> of(names, sight));
    }

    private static Optional<Outlook> of(PredictedMetrics names, Sight sight) {
        double remaining = sight.number(names.remaining());
        double low = sight.number(names.low());
        double high = sight.number(names.high());
        return Double.isNaN(remaining) || Double.isNaN(low)
                ? Optional.empty()
                : Optional.of(new Outlook(
                        after(sight, remaining),
                        after(sight, low),
                        Double.isNaN(high) ? Long.MAX_VALUE : after(sight, high)));
    }

    private static long after(Sight sight, double hours) {
        return sight.at() + (long) (hours * MICROS_PER_HOUR);
    }
}
