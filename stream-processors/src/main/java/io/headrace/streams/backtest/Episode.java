package io.headrace.streams.backtest;

import io.headrace.record.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One alert from its raising to its clearing.
 *
 * @param raisedAt event time
 * @param clearedAt event time; empty where it still stood at the end
 * @param message what was found, or what the rule says
 * @param values by metric, what the values that the rule looks at were while it stood; empty for a rule that looks at
 *     none by name, and for an alert that is only known from where it was stored
 */
public record Episode(
        String device,
        Instant raisedAt,
        Optional<Instant> clearedAt,
        Severity severity,
        String message,
        Map<String, Span> values) {
    public Episode {
        values = Map.copyOf(values);
    }

    /** From the least to the greatest value. */
    public record Span(double least, double greatest) {
        Span and(double value) {
            return value >= least && value <= greatest
                    ? this
                    : new Span(Math.min(least, value), Math.max(greatest, value));
        }
    }

    /** How long it stood; to that time where it still stands. */
    public Duration lasted(Instant end) {
        Duration lasted = Duration.between(raisedAt, clearedAt.orElse(end));
        return lasted.isNegative() ? Duration.ZERO : lasted;
    }
}
