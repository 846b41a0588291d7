package io.headrace.streams.rules.check;

import io.headrace.record.ThresholdCheck;
import java.util.Set;

/** A metric beyond a limit; it clears where the value is back inside by the hysteresis. Remembers nothing. */
final class Threshold implements Check {
    private final String metric;
    private final double above;
    private final double below;
    private final double hysteresis;

    Threshold(ThresholdCheck check) {
        metric = check.getMetric();
        above = check.getAbove() == null ? Double.POSITIVE_INFINITY : check.getAbove();
        below = check.getBelow() == null ? Double.NEGATIVE_INFINITY : check.getBelow();
        hysteresis = check.getHysteresis();
    }

    @Override
    public byte code() {
        return 2;
    }

    @Override
    public Set<String> metrics() {
        return Set.of(metric);
    }

    @Override
    public Verdict judge(Sight sight, double[] memory) {
        double value = sight.number(metric);
        if (Double.isNaN(value)) {
            return Verdict.NOTHING;
        }
        if (value > above || value < below) {
            return Verdict.HOLDS;
        }
        return value <= above - hysteresis && value >= below + hysteresis ? Verdict.CLEARS : Verdict.BETWEEN;
    }

    @Override
    public String words(Sight sight, double[] memory) {
        double value = sight.number(metric);
        return metric + " is " + Words.number(value)
                + (value > above ? ", above " + Words.number(above) : ", below " + Words.number(below));
    }
}
