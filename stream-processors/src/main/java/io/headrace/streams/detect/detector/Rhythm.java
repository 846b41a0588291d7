package io.headrace.streams.detect.detector;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Finds the period of a metric from nothing but its values: means of equal steps of time, as many as there is room for, the
 * steps doubled when it is full; and their correlation with themselves some steps later. Three periods must have been seen.
 *
 * <p>What comes late, or with a clock that stepped back, is left out: it is little, or the clock was wrong.
 */
final class Rhythm {
    private static final int STEPS = 256;

    /** Bytes that {@link #save} writes. */
    static final int BYTES = 4 * Long.BYTES + 3 * Integer.BYTES + STEPS * Float.BYTES;

    /** Doubling ends when three weeks fit in. */
    private static final long LONGEST = 21L * 86_400_000;

    /** Steps after which the period is looked for again. */
    private static final int EVERY = 64;

    /** Shortest period in steps. */
    private static final int LEAST = 4;

    /** Correlation from which, and height above the valley before it from which, a peak is a period. */
    private static final double CLEAR = 0.3;

    /** Standard errors of a correlation that chance may reach. */
    private static final double CHANCE = 4;

    /** Correlation by which a multiple of a period must be better: it always is one, too. */
    private static final double BETTER = 0.1;

    /** Mean deviations that a step counts at most. */
    private static final double MOST = 3;

    private final float[] means = new float[STEPS];
    private long step;
    /** Number of the last step, counted from the epoch. */
    private long last;

    private long started;
    private long period;
    private int inLast;
    private int filled;
    private int untilNext = EVERY;

    static Rhythm load(ByteBuffer in) {
        Rhythm rhythm = new Rhythm();
        rhythm.step = in.getLong();
        rhythm.last = in.getLong();
        rhythm.started = in.getLong();
        rhythm.period = in.getLong();
        rhythm.inLast = in.getInt();
        rhythm.filled = in.getInt();
        rhythm.untilNext = in.getInt();
        for (int i = 0; i < STEPS; i++) {
            rhythm.means[i] = in.getFloat();
        }
        return rhythm;
    }

    void save(ByteBuffer out) {
        out.putLong(step).putLong(last).putLong(started).putLong(period);
        out.putInt(inLast).putInt(filled).putInt(untilNext);
        for (float mean : means) {
            out.putFloat(mean);
        }
    }

    /** In milliseconds; 0 while none was found. */
    long period() {
        return period;
    }

    /** Length of a step in milliseconds. */
    long step() {
        return step;
    }

    /** Steps kept, the last and unfinished one not counted. */
    int filled() {
        return Math.max(0, filled - 1);
    }

    /** @param back 0 for the last finished step */
    double mean(int back) {
        return means[Math.floorMod(last - 1 - back, STEPS)];
    }

    /** Middle of a step in epoch milliseconds. */
    long time(int back) {
        return (last - 1 - back) * step + step / 2;
    }

    /**
     * Learns a value.
     *
     * @return whether a period was looked for
     */
    boolean learn(long time, double value) {
        if (step == 0) {
            begin(time, value);
            return false;
        }
        long number = Math.floorDiv(time, step);
        if (number - last >= STEPS) {
            // Silence, or the first two values came in a burst and the steps are too short.
            started = time;
            step = 0;
            return false;
        }
        boolean looked = false;
        while (last < number) {
            looked |= next();
            number = Math.floorDiv(time, step);
        }
        if (number == last) {
            int at = Math.floorMod(last, STEPS);
            means[at] = inLast++ == 0 ? (float) value : means[at] + (float) ((value - means[at]) / inLast);
        }
        return looked;
    }

    private void begin(long time, double value) {
        if (started == 0 || time <= started) {
            started = time;
            return;
        }
        step = Math.min(time - started, LONGEST / STEPS);
        Arrays.fill(means, Float.NaN);
        last = Math.floorDiv(time, step);
        filled = 1;
        inLast = 1;
        means[Math.floorMod(last, STEPS)] = (float) value;
    }

    private boolean next() {
        if (filled == STEPS && step * STEPS < LONGEST) {
            halve();
            look();
            return true;
        }
        last++;
        filled = Math.min(filled + 1, STEPS);
        means[Math.floorMod(last, STEPS)] = Float.NaN;
        inLast = 0;
        if (--untilNext > 0) {
            return false;
        }
        untilNext = EVERY;
        look();
        return true;
    }

    /** Joins each two steps. */
    private void halve() {
        float[] joined = new float[STEPS];
        Arrays.fill(joined, Float.NaN);
        long first = last - STEPS + 1;
        for (long number = first; number <= last; number++) {
            float mean = means[Math.floorMod(number, STEPS)];
            int to = Math.floorMod(Math.floorDiv(number, 2), STEPS);
            if (!Float.isNaN(mean)) {
                joined[to] = Float.isNaN(joined[to]) ? mean : (joined[to] + mean) / 2;
            }
        }
        System.arraycopy(joined, 0, means, 0, STEPS);
        filled = (int) (Math.floorDiv(last, 2) - Math.floorDiv(first, 2) + 1);
        last = Math.floorDiv(last, 2);
        step *= 2;
    }

    private void look() {
        int count = filled();
        int longest = count / 3;
        if (longest <= LEAST) {
            return;
        }
        double[] values = centred(count);
        double power = 0;
        for (double value : values) {
            power += value * value;
        }
        if (!(power > 0)) {
            return;
        }
        double[] correlations = new double[longest + 1];
        for (int lag = 0; lag <= longest; lag++) {
            double sum = 0;
            for (int i = lag; i < count; i++) {
                sum += values[i] * values[i - lag];
            }
            correlations[lag] = sum / power * count / (count - lag);
        }
        choose(correlations, Math.max(CLEAR, CHANCE / Math.sqrt(count)));
    }

    /** What the steps differ from their mean, within bounds; all 0 where most of them are unknown. */
    private double[] centred(int count) {
        double[] values = new double[count];
        double sum = 0;
        int known = 0;
        for (int i = 0; i < count; i++) {
            values[i] = mean(count - 1 - i);
            sum += Double.isNaN(values[i]) ? 0 : values[i];
            known += Double.isNaN(values[i]) ? 0 : 1;
        }
        if (known * 2 < count) {
            return new double[count];
        }
        double size = 0;
        for (int i = 0; i < count; i++) {
            values[i] = Double.isNaN(values[i]) ? 0 : values[i] - sum / known;
            size += Math.abs(values[i]) / known;
        }
        for (int i = 0; i < count; i++) {
            values[i] = size > 0 ? Math.clamp(values[i] / size, -MOST, MOST) : 0;
        }
        return values;
    }

    private void choose(double[] correlations, double clear) {
        int best = 0;
        double valley = 1;
        double least = clear;
        for (int lag = 1; lag < correlations.length - 1; lag++) {
            double here = correlations[lag];
            valley = Math.min(valley, here);
            boolean isPeak = lag >= LEAST && here >= correlations[lag - 1] && here >= correlations[lag + 1];
            if (isPeak && here >= least && here - valley >= clear) {
                best = lag;
                least = here + Math.max(BETTER, (1 - here) / 2);
            }
        }
        if (best > 0) {
            settle(refined(correlations, best));
        }
    }

    /** A period need not be a whole number of steps: its multiples tell how long it is. */
    private static double refined(double[] correlations, int lag) {
        double length = peak(correlations, lag);
        for (int times = 2; times * length + 3 < correlations.length; times++) {
            int near = (int) Math.round(times * length);
            int top = near;
            for (int other = near - 1; other <= near + 1; other++) {
                top = correlations[other] > correlations[top] ? other : top;
            }
            if (correlations[top] < correlations[top - 1] || correlations[top] < correlations[top + 1]) {
                return length;
            }
            length = peak(correlations, top) / times;
        }
        return length;
    }

    /** Of the parabola through the three correlations around a peak. */
    private static double peak(double[] correlations, int lag) {
        double before = correlations[lag - 1];
        double after = correlations[lag + 1];
        double bend = before - 2 * correlations[lag] + after;
        return bend >= 0 ? lag : lag + Math.clamp((before - after) / (2 * bend), -0.5, 0.5);
    }

    private void settle(double steps) {
        double found = steps * step;
        if (Math.abs(found - period) > period / 100.0) {
            period = Math.round(found);
        }
    }
}
