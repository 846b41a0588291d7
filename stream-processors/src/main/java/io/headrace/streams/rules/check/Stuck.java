package io.headrace.streams.rules.check;

import io.headrace.record.StuckCheck;
import java.util.Set;

/** A metric that stays within a tolerance of one value for too long. Remembers that value, since when, and how often. */
final class Stuck implements Check {
    private static final int VALUE = 0;
    private static final int SINCE = 1;
    private static final int COUNT = 2;

    private final String metric;
    private final double afterMicros;
    private final double tolerance;
    private final int minValues;

    Stuck(StuckCheck check) {
        metric = check.getMetric();
        afterMicros = check.getAfterMs() * 1e3;
        tolerance = check.getTolerance();
        minValues = check.getMinValues();
    }

    @Override
    public byte code() {
        return 3;
    }

    @Override
    public Set<String> metrics() {
        return Set.of(metric);
    }

    @Override
    public int slots() {
        return 3;
    }

    @Override
    public Verdict judge(Sight sight, double[] memory) {
        double value = sight.number(metric);
        if (Double.isNaN(value)) {
            return Verdict.NOTHING;
        }
        if (memory[COUNT] == 0 || Math.abs(value - memory[VALUE]) > tolerance) {
            memory[VALUE] = value;
            memory[SINCE] = sight.at();
            memory[COUNT] = 0;
        }
        memory[COUNT]++;
        boolean stuck = memory[COUNT] >= minValues && sight.at() - memory[SINCE] >= afterMicros;
        return stuck ? Verdict.HOLDS : Verdict.CLEARS;
    }

    @Override
    public String words(Sight sight, double[] memory) {
        return metric + " has been " + Words.number(memory[VALUE]) + " for "
                + Words.time((long) (sight.at() - memory[SINCE]));
    }
}
