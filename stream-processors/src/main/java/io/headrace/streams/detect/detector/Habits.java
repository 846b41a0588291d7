package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Everything that {@link HabitDetector} remembers of one metric, and the order in which a value meets it. */
final class Habits implements Memory {
    /** Layout of the memory: the first one's, and after it what was habitual before. */
    private static final byte VERSION = 2;

    private static final byte FIRST_VERSION = 1;
    private static final int FIRST_BYTES =
            1 + 2 * Integer.BYTES + 2 * Double.BYTES + 2 * Departures.BYTES + Range.BYTES + Daily.BYTES;
    private static final int BYTES = FIRST_BYTES + 4 * Before.BYTES;

    /** Values that make up the recent mean: enough to even out noise, few enough to follow a shift. */
    private static final int RECENT = 40;

    /** Values after which the recent mean begins to mean something. */
    private static final int RECENT_BEGINS = RECENT / 2;

    /** Distances between recent and long mean after which their usual size is known: the means move slowly. */
    private static final int LEVEL_SETTLED = 7 * RECENT / 2;

    private final HabitDetector detector;
    private final Departures jumps;
    private final Departures levels;
    private final Range range;
    private final Daily daily;
    private int count;
    private int quiet;
    private double recentMean;
    private double longMean;

    private double most;
    private double strangest;
    private double expected = Double.NaN;
    private double low = Double.NaN;
    private double high = Double.NaN;
    private Cause cause = Cause.LEARNING;

    private Habits(HabitDetector detector, ByteBuffer in) {
        this.detector = detector;
        count = in.getInt();
        quiet = in.getInt();
        recentMean = in.getDouble();
        longMean = in.getDouble();
        jumps = Departures.load(in, RECENT);
        levels = Departures.load(in, LEVEL_SETTLED);
        range = Range.load(in);
        daily = Daily.load(in);
        jumps.load(Before.load(in));
        levels.load(Before.load(in));
        range.load(Before.load(in));
        daily.departures().load(Before.load(in));
    }

    /** Of a metric that was never seen. */
    static Habits fresh(HabitDetector detector) {
        return new Habits(detector, ByteBuffer.allocate(BYTES - 1));
    }

    /** What can't be read counts as {@link #fresh}. */
    static Habits ofStored(HabitDetector detector, byte[] stored) {
        boolean isLast = stored.length == BYTES && stored[0] == VERSION;
        boolean isFirst = stored.length == FIRST_BYTES && stored[0] == FIRST_VERSION;
        return isLast || isFirst
                ? new Habits(detector, ByteBuffer.wrap(Arrays.copyOf(stored, BYTES), 1, BYTES - 1))
                : fresh(detector);
    }

    @Override
    public Finding observe(long time, double value) {
        return detector.judge(this, time, value);
    }

    @Override
    public byte[] stored() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).put(VERSION);
        out.putInt(count).putInt(quiet).putDouble(recentMean).putDouble(longMean);
        jumps.save(out);
        levels.save(out);
        range.save(out);
        daily.save(out);
        jumps.habitual().save(out);
        levels.habitual().save(out);
        range.before().save(out);
        daily.departures().habitual().save(out);
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

    /** Lower end of the band around it; NaN while there is none. */
    double low() {
        return low;
    }

    /** Upper end of the band around it; NaN while there is none. */
    double high() {
        return high;
    }

    /** The largest part by which anything about the last value exceeded what is habitual. */
    double strangest() {
        return strangest;
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
        most = 0;
        strangest = count == 0 ? 0 : -1;
        if (count == 0) {
            recentMean = value;
            longMean = value;
        } else {
            most = jumps.excess(Math.abs(value - recentMean), Math.abs(recentMean), bar);
            note(Cause.JUMP, jumps, recentMean);
        }
        ranged(value, bar);
        recentMean += (value - recentMean) / Math.min(count + 1, RECENT);
        if (count > RECENT_BEGINS) {
            double shift = Math.abs(recentMean - longMean);
            most = Math.max(most, levels.excess(shift, Math.abs(longMean), bar));
            note(Cause.LEVEL, levels, longMean);
        }
        if (time != Detector.UNKNOWN_TIME) {
            most = Math.max(most, daily.excess(time, value, longMean, bar));
            note(Cause.HOUR, daily.departures(), daily.expected());
        }
        count = Math.min(count + 1, Integer.MAX_VALUE - 1);
        longMean += (value - longMean) / Math.min(count, HabitDetector.LONG);
        return most;
    }

    private void ranged(double value, double bar) {
        most = Math.max(most, range.excess(count, value, bar));
        if (range.strangest() > strangest) {
            Before habitual = range.before();
            strangest = range.strangest();
            cause = value - habitual.low() > habitual.high() - value ? Cause.HIGH : Cause.LOW;
            low = habitual.low();
            high = habitual.high();
            expected = low <= high ? Math.clamp(recentMean, low, high) : recentMean;
        }
    }

    private void note(Cause departed, Departures departures, double from) {
        if (departures.strangest() > strangest && !Double.isNaN(from)) {
            strangest = departures.strangest();
            cause = departed;
            expected = from;
            double limit = Math.min(departures.limit(), Double.MAX_VALUE);
            low = Math.max(from - limit, -Double.MAX_VALUE);
            high = Math.min(from + limit, Double.MAX_VALUE);
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
