package io.headrace.streams.detect.detector;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** What is usual at each phase of a period: a mean over the last few periods, joined by straight lines. */
final class Profile {
    private static final int PHASES = 48;

    /** Bytes that {@link #save} writes. */
    static final int BYTES = 2 * Long.BYTES + Double.BYTES + Integer.BYTES + PHASES * (Double.BYTES + Float.BYTES);

    private static final int LEAST_PHASES = 4;

    /** Periods over which a phase's mean is taken. */
    private static final double PERIODS = 3;

    /** Values over which their interval is taken. */
    private static final double SMOOTH = 50;

    private final double[] means = new double[PHASES];
    private final float[] weights = new float[PHASES];
    private long period;
    private int phases;
    private long lastTime;
    private double interval;

    static Profile load(ByteBuffer in) {
        Profile profile = new Profile();
        profile.period = in.getLong();
        profile.lastTime = in.getLong();
        profile.interval = in.getDouble();
        profile.phases = in.getInt();
        for (int phase = 0; phase < PHASES; phase++) {
            profile.means[phase] = in.getDouble();
            profile.weights[phase] = in.getFloat();
        }
        return profile;
    }

    void save(ByteBuffer out) {
        out.putLong(period).putLong(lastTime).putDouble(interval).putInt(phases);
        for (int phase = 0; phase < PHASES; phase++) {
            out.putDouble(means[phase]).putFloat(weights[phase]);
        }
    }

    /** In milliseconds; 0 while none is known. */
    long period() {
        return period;
    }

    /** Starts anew with what a rhythm remembers. */
    void begin(Rhythm rhythm) {
        period = rhythm.period();
        phases = Math.clamp(period / rhythm.step(), LEAST_PHASES, PHASES);
        Arrays.fill(means, 0);
        Arrays.fill(weights, 0);
        for (int back = rhythm.filled() - 1; back >= 0; back--) {
            double mean = rhythm.mean(back);
            if (!Double.isNaN(mean)) {
                learn(rhythm.time(back), mean, Double.MAX_VALUE, PERIODS);
            }
        }
    }

    /** What is usual at a time; NaN where that isn't known. */
    double expected(long time) {
        if (period == 0) {
            return Double.NaN;
        }
        double past = Math.floorMod(time, period) / (double) period * phases - 0.5;
        int from = Math.floorMod((int) Math.floor(past), phases);
        int to = (from + 1) % phases;
        if (weights[from] <= 0 || weights[to] <= 0) {
            return Double.NaN;
        }
        double part = past - Math.floor(past);
        return means[from] * (1 - part) + means[to] * part;
    }

    /** @param most by which the value may differ from what is usual: the rest isn't learnt */
    void learn(long time, double value, double most) {
        if (lastTime != 0 && time > lastTime) {
            long since = time - lastTime;
            interval += ((period > 0 ? Math.min(since, period) : since) - interval) / SMOOTH;
        }
        lastTime = time;
        if (period > 0) {
            learn(time, value, most, PERIODS * period / phases / Math.max(1, interval));
        }
    }

    private void learn(long time, double value, double most, double values) {
        int phase = (int) Math.min(phases - 1L, (long) (Math.floorMod(time, period) / (double) period * phases));
        weights[phase] = (float) Math.min(weights[phase] + 1, Math.max(1, values));
        means[phase] += Math.clamp(value - means[phase], -most, most) / weights[phase];
    }
}
