package io.headrace.streams.detect;

import io.headrace.streams.detect.Finding.Cause;
import java.nio.ByteBuffer;

/** Everything that {@link HabitDetector} remembers of one metric, and the order in which a value meets it. */
final class Habits implements Remembered {
    /** Layout of the memory. */
    private static final byte VERSION = 1;

    private static final int BYTES =
            1 + 2 * Integer.BYTES + 2 * Double.BYTES + 2 * Departures.BYTES + Range.BYTES + Daily.BYTES;

    /** Values that make up the recent mean: enough to even out noise, few enough to follow a shift. */
    private static final int RECENT = 40;

    /** Values after which the recent mean begins to mean something. */
    private static final int RECENT_BEGINS = RECENT / 2;

    /** Distances between recent and long mean after which their usual size is known: the means move slowly. */
    private static final int LEVEL_SETTLED = 7 * RECENT / 2;

    private final Departures jumps;
    private final Departures levels;
    private final Range range;
    private final Daily daily;
    private int count;
    private int quiet;
    private double recentMean;
    private double longMean;

    private double strangest;
    private double expected = Double.NaN;
    private Cause cause = Cause.LEARNING;

    private Habits(ByteBuffer in) {
        count = in.getInt();
        quiet = in.getInt();
        recentMean = in.getDouble();
        longMean = in.getDouble();
        jumps = Departures.load(in, RECENT);
        levels = Departures.load(in, LEVEL_SETTLED);
        range = Range.load(in);
        daily = Daily.load(in);
    }

    /** Of a metric that was never seen. */
    static Habits fresh() {
        return new Habits(ByteBuffer.allocate(BYTES - 1));
    }

    /** What an earlier version wrote and this one can't read counts as {@link #fresh}. */
    static Habits ofStored(byte[] stored) {
        boolean known = stored.length == BYTES && stored[0] == VERSION;
        return known ? new Habits(ByteBuffer.wrap(stored, 1, BYTES - 1)) : fresh();
    }

    @Override
    public byte[] stored() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).put(VERSION);
        out.putInt(count).putInt(quiet).putDouble(recentMean).putDouble(longMean);
        jumps.save(out);
        levels.save(out);
        range.save(out);
        daily.save(out);
        return out.array();
    }

    /** Values seen so far. */
    int count() {
        return count;
    }

    /** What was expected of the last value; NaN for the first one. */
    double expected() {
        return expected;
    }

    /** What was strangest about the last value. */
    Cause cause() {
        return cause;
    }

    /**
     * Judges a value, then learns it.
     *
     * @param bar excess that is strange
     * @return the largest part by which anything about the value exceeds its record; 0 where nothing does
     */
    double excess(long time, double value, double bar) {
        if (count == 0) {
            recentMean = value;
            longMean = value;
        } else {
            expected = recentMean;
            cause = Cause.JUMP;
            strangest = jumps.excess(Math.abs(value - recentMean), Math.abs(recentMean), bar);
        }
        note(range.excess(count, value), value > recentMean ? Cause.HIGH : Cause.LOW, recentMean);
        recentMean += (value - recentMean) / Math.min(count + 1, RECENT);
        if (count > RECENT_BEGINS) {
            double shift = Math.abs(recentMean - longMean);
            note(levels.excess(shift, Math.abs(longMean), bar), Cause.LEVEL, longMean);
        }
        if (time != Detector.UNKNOWN_TIME) {
            double excess = daily.excess(time, value, longMean, bar);
            note(excess, Cause.HOUR, daily.expected());
        }
        count = Math.min(count + 1, Integer.MAX_VALUE - 1);
        longMean += (value - longMean) / Math.min(count, HabitDetector.LONG);
        return strangest;
    }

    private void note(double excess, Cause excessCause, double excessExpected) {
        if (excess > strangest) {
            strangest = excess;
            cause = excessCause;
            expected = excessExpected;
        }
    }

    /**
     * Keeps track of episodes: one lasts until nothing was strange for a while.
     *
     * @param strange whether the last value was
     * @param episode values without anything strange that end an episode
     * @return whether the last value began an episode
     */
    boolean begins(boolean strange, int episode) {
        quiet = Math.max(0, quiet - 1);
        boolean onset = strange && quiet == 0;
        if (strange) {
            quiet = episode;
        }
        return onset;
    }
}
