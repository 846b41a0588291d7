package io.headrace.streams.rules.check;

import io.headrace.condition.InvalidConditionException;
import io.headrace.record.BandCheck;
import io.headrace.record.ForecastCheck;
import io.headrace.record.GeofenceCheck;
import io.headrace.record.RateCheck;
import io.headrace.record.Rule;
import io.headrace.record.SilentCheck;
import io.headrace.record.StuckCheck;
import io.headrace.record.ThresholdCheck;

/** The one place that knows all kinds. */
public final class Checks {
    private Checks() {}

    /**
     * What a rule watches.
     *
     * @param rule sound, by {@link io.headrace.rule.RuleCheck}
     */
    public static Check of(Rule rule) throws InvalidConditionException {
        return switch (rule.getCheck()) {
            case null -> new Expression(rule.getCondition());
            case ThresholdCheck check -> new Threshold(check);
            case StuckCheck check -> new Stuck(check);
            case RateCheck check -> new RateOfChange(check);
            case BandCheck check -> new LearnedBand(check);
            case SilentCheck check -> new Silence(check);
            case GeofenceCheck check -> new Geofence(check);
            case ForecastCheck check -> new Forecast(check);
            default -> throw new IllegalArgumentException("a sound rule has a known check");
        };
    }

    /** A condition of its own, as the one that clears. */
    public static Check of(String condition) throws InvalidConditionException {
        return new Expression(condition);
    }
}
