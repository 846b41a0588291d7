package io.headrace.streams.rules.check;

import io.headrace.record.BandCheck;
import java.util.Set;

/**
 * A metric outside the band that its own past leads one to expect: so many usual distances around its usual level, both
 * forgetting the oldest. What is outside is learnt as if it stood on the edge, so that an excursion doesn't become what
 * is usual; one that lasts for as many values as it takes to learn is the new level, and all is learnt anew. Remembers
 * four numbers.
 */
final class LearnedBand implements Check {
    private static final int COUNT = 0;
    private static final int LEVEL = 1;
    private static final int DISTANCE = 2;
    private static final int OUTSIDE = 3;

    /** Values over which level and distance are taken. */
    private static final double LONG = 1_000;

    /** Stands in for the usual distance of a metric that was constant, in parts of its level. */
    private static final double PRECISION = 1e-9;

    /** Larger values count as this: their differences must stay finite. */
    private static final double LARGEST = 1e300;

    private final String metric;
    private final double width;
    private final int warmUp;

    LearnedBand(BandCheck check) {
        metric = check.getMetric();
        width = check.getWidth();
        warmUp = check.getWarmUpValues();
    }

    @Override
    public byte code() {
        return 5;
    }

    @Override
    public Set<String> metrics() {
        return Set.of(metric);
    }

    @Override
    public int slots() {
        return 4;
    }

    @Override
    public Verdict judge(Sight sight, double[] memory) {
        double value = Math.clamp(sight.number(metric), -LARGEST, LARGEST);
        if (Double.isNaN(value)) {
            return Verdict.NOTHING;
        }
        if (memory[COUNT] < warmUp) {
            learn(memory, value);
            return Verdict.NOTHING;
        }
        double edge = edge(memory);
        boolean outside = Math.abs(value - memory[LEVEL]) > edge;
        memory[OUTSIDE] = outside ? memory[OUTSIDE] + 1 : 0;
        if (memory[OUTSIDE] > warmUp) {
            java.util.Arrays.fill(memory, 0);
            learn(memory, value);
            return Verdict.CLEARS;
        }
        learn(memory, Math.clamp(value, memory[LEVEL] - edge, memory[LEVEL] + edge));
        return outside ? Verdict.HOLDS : Verdict.CLEARS;
    }

    private static void learn(double[] memory, double value) {
        memory[COUNT] = Math.min(memory[COUNT] + 1, LONG);
        if (memory[COUNT] == 1) {
            memory[LEVEL] = value;
            return;
        }
        double off = value - memory[LEVEL];
        memory[LEVEL] += off / memory[COUNT];
        memory[DISTANCE] += (Math.abs(off) - memory[DISTANCE]) / memory[COUNT];
    }

    /** Never below what a level's last digits are worth; finite. */
    private double edge(double[] memory) {
        double edge = Math.max(width * memory[DISTANCE], PRECISION * Math.abs(memory[LEVEL]));
        return Math.min(edge, Double.MAX_VALUE / 4);
    }

    @Override
    public String words(Sight sight, double[] memory) {
        double edge = edge(memory);
        return metric + " is " + Words.number(sight.number(metric)) + ", expected was "
                + Words.number(memory[LEVEL] - edge) + " to " + Words.number(memory[LEVEL] + edge);
    }
}
