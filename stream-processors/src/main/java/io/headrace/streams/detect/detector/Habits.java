package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;

/**
 * Learns the habits of a metric from six sides, and finds strange what clearly breaks the record of any of them, so far
 * as records haven't faded:
 *
 * <ul>
 *   <li>the range of its values ({@link Range});
 *   <li>how far a value jumps from the mean of those before it;
 *   <li>how far that recent mean strays from the long mean;
 *   <li>how far the values stray from what the hour of the day led one to expect ({@link Daily});
 *   <li>how far it stays from the long mean for some values in a row ({@link Stays});
 *   <li>how many of the last values are far from it ({@link Crowd}).
 * </ul>
 *
 * <p>Breaking a record is what ordinary values do ever more rarely, whatever their distribution: no scale, no normal
 * distribution and no setting of the metric's own has to be assumed. Everything is measured in the metric's own usual
 * distances, so neither unit nor offset matter. Time but for the hour of the day is counted in values, so neither does
 * the sampling interval. {@code benchmarks/detect.md} has the figures, and what else was tried.
 */
final class Habits {
    /** Values over which a metric's usual distances are learnt. */
    static final int LONG = 4000;

    private static final int FIRST_BYTES =
            Verdict.BYTES + 2 * Double.BYTES + 2 * Departures.BYTES + Range.BYTES + Daily.BYTES;

    /** Without what was habitual before an episode, stays and crowds. */
    private static final Layout FIRST_LAYOUT = new Layout((byte) 1, FIRST_BYTES);

    private static final Layout LAYOUT =
            new Layout((byte) 2, FIRST_BYTES + 4 * Before.BYTES + Stays.BYTES + Crowd.BYTES);

    /** Values that make up the recent mean: enough to even out noise, few enough to follow a shift. */
    private static final int RECENT = 40;

    /** Values after which the recent mean begins to mean something. */
    private static final int RECENT_BEGINS = RECENT / 2;

    /** Distances between recent and long mean after which their usual size is known: the means move slowly. */
    private static final int LEVEL_SETTLED = 7 * RECENT / 2;

    /** Values after which the long mean begins to mean something. */
    private static final int LONG_BEGINS = 100;

    private final boolean isRangeJudged;
    private final Verdict verdict;
    private final Departures jumps = new Departures(RECENT, 1);
    private final Departures levels = new Departures(LEVEL_SETTLED, 1);
    private final Range range = new Range();
    private final Daily daily = new Daily();
    private final Stays stays = new Stays();
    private final Crowd crowd = new Crowd();
    private double recentMean;
    private double longMean;

    private Habits(double threshold, boolean isRangeJudged) {
        this.isRangeJudged = isRangeJudged;
        this.verdict = new Verdict(threshold);
    }

    static Detector detector(double threshold) {
        return detector("habit", threshold, true);
    }

    /** To measure what the range is worth. */
    static Detector withoutRange(double threshold) {
        return detector("habit-without-range", threshold, false);
    }

    private static Detector detector(String name, double threshold, boolean isRangeJudged) {
        ThreadLocal<Habits> habits = ThreadLocal.withInitial(() -> new Habits(threshold, isRangeJudged));
        return new Detector() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Memory fresh() {
                return new OfMetric(habits, LAYOUT.fresh());
            }

            @Override
            public Memory read(byte[] stored) {
                ByteBuffer memory = LAYOUT.fresh();
                LAYOUT.read(stored).or(() -> FIRST_LAYOUT.read(stored)).ifPresent(memory::put);
                return new OfMetric(habits, memory);
            }
        };
    }

    /** A metric's memory, as it is stored: bytes side by side, where objects would be all over the heap. */
    private record OfMetric(ThreadLocal<Habits> habits, ByteBuffer bytes) implements Memory {
        @Override
        public Finding observe(long time, double value) {
            return habits.get().observe(bytes, time, value);
        }

        @Override
        public byte[] stored() {
            return LAYOUT.write(out -> out.put(bytes.clear()));
        }
    }

    private Finding observe(ByteBuffer memory, long time, double value) {
        if (!Double.isFinite(value)) {
            return Finding.nothing(value);
        }
        load(memory.clear());
        judge(time, Verdict.bounded(value));
        Finding finding = verdict.of(value);
        save(memory.clear());
        return finding;
    }

    private void load(ByteBuffer in) {
        verdict.load(in);
        recentMean = in.getDouble();
        longMean = in.getDouble();
        jumps.load(in);
        levels.load(in);
        range.load(in);
        daily.load(in);
        jumps.habitual().load(in);
        levels.habitual().load(in);
        range.before().load(in);
        daily.departures().habitual().load(in);
        stays.load(in);
        crowd.load(in);
    }

    private void save(ByteBuffer out) {
        verdict.save(out);
        out.putDouble(recentMean).putDouble(longMean);
        jumps.save(out);
        levels.save(out);
        range.save(out);
        daily.save(out);
        jumps.habitual().save(out);
        levels.habitual().save(out);
        range.before().save(out);
        daily.departures().habitual().save(out);
        stays.save(out);
        crowd.save(out);
    }

    private void judge(long time, double value) {
        double bar = verdict.begin();
        int count = verdict.count();
        if (count == 0) {
            recentMean = value;
            longMean = value;
        } else {
            double excess = jumps.excess(Math.abs(value - recentMean), Math.abs(recentMean), bar);
            verdict.departed(excess, Cause.JUMP, jumps, recentMean);
        }
        if (isRangeJudged) {
            range.judge(verdict, value, recentMean, bar);
        }
        recentMean += (value - recentMean) / Math.min(count + 1, RECENT);
        if (count > RECENT_BEGINS) {
            double excess = levels.excess(Math.abs(recentMean - longMean), Math.abs(longMean), bar);
            verdict.departed(excess, Cause.LEVEL, levels, longMean);
        }
        if (time != Detector.UNKNOWN_TIME) {
            double excess = daily.excess(time, value, longMean, bar);
            verdict.departed(excess, Cause.HOUR, daily.departures(), daily.expected());
        }
        if (count > LONG_BEGINS) {
            stays.judge(verdict, value, longMean, bar);
            crowd.judge(verdict, value, longMean, bar);
        }
        longMean += (value - longMean) / Math.min(count + 1, LONG);
    }
}
