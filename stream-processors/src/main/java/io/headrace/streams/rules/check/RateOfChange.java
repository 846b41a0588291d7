package io.headrace.streams.rules.check;

import io.headrace.record.RateCheck;
import java.util.Set;

/**
 * A metric that has risen or fallen by too much within a time: against the lowest and the highest value of each sixteenth
 * of it, which is what is remembered.
 */
final class RateOfChange implements Check {
    private static final int PARTS = 16;
    /** Number of the part from the epoch on, and 1 more, so that 0 is none; lowest; highest. */
    private static final int WIDTH = 3;

    private final String metric;
    private final long partMicros;
    private final long withinMicros;
    private final double rise;
    private final double fall;

    RateOfChange(RateCheck check) {
        metric = check.getMetric();
        withinMicros = check.getWithinMs() * 1_000;
        partMicros = Math.max(1, withinMicros / PARTS);
        rise = check.getRisesBy() == null ? Double.POSITIVE_INFINITY : check.getRisesBy();
        fall = check.getFallsBy() == null ? Double.POSITIVE_INFINITY : check.getFallsBy();
    }

    @Override
    public byte code() {
        return 4;
    }

    @Override
    public Set<String> metrics() {
        return Set.of(metric);
    }

    @Override
    public int slots() {
        return PARTS * WIDTH;
    }

    @Override
    public Verdict judge(Sight sight, double[] memory) {
        double value = sight.number(metric);
        if (Double.isNaN(value)) {
            return Verdict.NOTHING;
        }
        long part = Math.floorDiv(sight.at(), partMicros);
        int slot = (int) Math.floorMod(part, (long) PARTS) * WIDTH;
        if (memory[slot] != part + 1) {
            memory[slot] = part + 1;
            memory[slot + 1] = value;
            memory[slot + 2] = value;
        } else {
            memory[slot + 1] = Math.min(memory[slot + 1], value);
            memory[slot + 2] = Math.max(memory[slot + 2], value);
        }
        return isTooFast(memory, part, value) ? Verdict.HOLDS : Verdict.CLEARS;
    }

    private boolean isTooFast(double[] memory, long part, double value) {
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (int slot = 0; slot < PARTS * WIDTH; slot += WIDTH) {
            if (isRecent(memory[slot], part)) {
                lowest = memory[slot + 1] < lowest ? memory[slot + 1] : lowest;
                highest = memory[slot + 2] > highest ? memory[slot + 2] : highest;
            }
        }
        return value - lowest > rise || highest - value > fall;
    }

    private static double lowest(double[] memory, long part) {
        double lowest = Double.POSITIVE_INFINITY;
        for (int slot = 0; slot < PARTS * WIDTH; slot += WIDTH) {
            if (isRecent(memory[slot], part)) {
                lowest = Math.min(lowest, memory[slot + 1]);
            }
        }
        return lowest;
    }

    private static double highest(double[] memory, long part) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int slot = 0; slot < PARTS * WIDTH; slot += WIDTH) {
            if (isRecent(memory[slot], part)) {
                highest = Math.max(highest, memory[slot + 2]);
            }
        }
        return highest;
    }

    private static boolean isRecent(double stored, long part) {
        return stored != 0 && stored - 1 > part - PARTS && stored - 1 <= part;
    }

    @Override
    public String words(Sight sight, double[] memory) {
        double value = sight.number(metric);
        long part = Math.floorDiv(sight.at(), partMicros);
        double risen = value - lowest(memory, part);
        return metric
                + (risen > rise
                        ? " has risen by " + Words.number(risen)
                        : " has fallen by " + Words.number(highest(memory, part) - value))
                + " within " + Words.time(withinMicros);
    }
}
