package io.headrace.streams.detect.detector;

import java.nio.ByteBuffer;

/**
 * What is usual at an hour of the day (UTC; only that a day has 24 hours matters): a mean for each hour over the last few days,
 * joined by straight lines from one hour's middle to the next. Speaks only where it has seen both hours on two days,
 * and where it has foretold the values clearly better than their long mean did.
 *
 * <p>What is judged is the mean of the last differences rather than each: noise and a rise that came some minutes early
 * even out, a missing rise doesn't.
 */
final class Daily {
    /** Bytes that {@link #save} writes. */
    static final int BYTES =
            Departures.BYTES + 3 * Double.BYTES + 2 * Integer.BYTES + Daily.HOURS * (Double.BYTES + 2 * Float.BYTES);

    private static final int HOURS = 24;
    private static final double HOUR_MS = 3_600_000;
    private static final long DAY_MS = 86_400_000;

    /** Days over which an hour's mean is taken. */
    private static final double DAYS = 3;

    /** Values over which the mean difference is taken. */
    private static final double SMOOTH = 20;

    /**
     * Times as clearly as others its record must be broken: a mean of so many differences is much like the one before, so that
     * its record is one of few.
     */
    private static final double TIMES = 3;

    /** Part of the long mean's error that may be left. */
    private static final double TRUSTED = 0.8;

    private static final float MOST = 1 << 20;

    private final Departures departures;
    private final double[] means = new double[HOURS];
    private final float[] values = new float[HOURS];
    private final float[] visits = new float[HOURS];
    private int lastHour;
    private int count;
    private double difference;
    private double error;
    private double longMeanError;
    private double expected = Double.NaN;

    private Daily(Departures departures) {
        this.departures = departures;
    }

    static Daily load(ByteBuffer in) {
        Daily daily = new Daily(Departures.load(in, (int) SMOOTH, TIMES));
        daily.lastHour = in.getInt() - 1;
        daily.count = in.getInt();
        daily.difference = in.getDouble();
        daily.error = in.getDouble();
        daily.longMeanError = in.getDouble();
        for (int hour = 0; hour < HOURS; hour++) {
            daily.means[hour] = in.getDouble();
            daily.values[hour] = in.getFloat();
            daily.visits[hour] = in.getFloat();
        }
        return daily;
    }

    void save(ByteBuffer out) {
        departures.save(out);
        out.putInt(lastHour + 1).putInt(count);
        out.putDouble(difference).putDouble(error).putDouble(longMeanError);
        for (int hour = 0; hour < HOURS; hour++) {
            out.putDouble(means[hour]).putFloat(values[hour]).putFloat(visits[hour]);
        }
    }

    /** What the hour led one to expect of the last value; NaN where the hour isn't to be trusted. */
    double expected() {
        return expected;
    }

    /** Of the mean differences from it. */
    Departures departures() {
        return departures;
    }

    /**
     * Judges a value, then learns it.
     *
     * @param mean of the values before it, over a long time
     * @return as {@link Departures#excess}
     */
    double excess(long time, double value, double mean, double bar) {
        double hours = Math.floorMod(time, DAY_MS) / HOUR_MS;
        double past = hours - 0.5;
        int from = Math.floorMod((int) Math.floor(past), HOURS);
        int to = (from + 1) % HOURS;
        int hour = Math.min(HOURS - 1, (int) hours);
        expected = Double.NaN;
        if (visits[from] < 2 || visits[to] < 2) {
            learn(hour, value, Double.MAX_VALUE);
            return 0;
        }
        double part = past - Math.floor(past);
        double excess = judge(value, means[from] * (1 - part) + means[to] * part, mean, bar);
        // What is far off mustn't become what is expected of the same hour tomorrow.
        learn(hour, value, count > SMOOTH && error > 0 ? Departures.CLIP * error : Double.MAX_VALUE);
        return excess;
    }

    private double judge(double value, double forecast, double mean, double bar) {
        count = Math.min(count + 1, Habits.LONG);
        difference += (value - forecast - difference) / Math.min(count, SMOOTH);
        error += (Math.abs(value - forecast) - error) / count;
        longMeanError += (Math.abs(value - mean) - longMeanError) / count;
        boolean trusted = error < TRUSTED * longMeanError;
        expected = trusted ? forecast : Double.NaN;
        double distance = Math.abs(difference);
        if (trusted) {
            return departures.excess(distance, Math.abs(forecast), bar);
        }
        departures.learn(distance);
        return 0;
    }

    private void learn(int hour, double value, double most) {
        if (hour != lastHour) {
            lastHour = hour;
            visits[hour]++;
        }
        if (++values[hour] >= MOST) {
            values[hour] /= 2;
            visits[hour] = Math.max(2, visits[hour] / 2);
        }
        double remembered = Math.min(values[hour], Math.max(1, DAYS * values[hour] / visits[hour]));
        means[hour] += Math.clamp(value - means[hour], -most, most) / remembered;
    }
}
