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

    private static final int HOUR_BYTES = Double.BYTES + 2 * Float.BYTES;

    private final Departures departures = new Departures((int) SMOOTH, TIMES);
    /** Of each hour its mean, values and visits: of all of them a value needs two or three. */
    private ByteBuffer hours = ByteBuffer.allocate(HOURS * HOUR_BYTES);

    private int firstHour;
    private int lastHour;
    private int count;
    private double difference;
    private double error;
    private double longMeanError;
    private double expected = Double.NaN;

    /** The hours stay in the buffer, and change there. */
    void load(ByteBuffer in) {
        departures.load(in);
        lastHour = in.getInt() - 1;
        count = in.getInt();
        difference = in.getDouble();
        error = in.getDouble();
        longMeanError = in.getDouble();
        expected = Double.NaN;
        hours = in;
        firstHour = in.position();
        in.position(firstHour + HOURS * HOUR_BYTES);
    }

    /** @param out the same buffer, in the same place */
    void save(ByteBuffer out) {
        departures.save(out);
        out.putInt(lastHour + 1).putInt(count);
        out.putDouble(difference).putDouble(error).putDouble(longMeanError);
        out.position(firstHour + HOURS * HOUR_BYTES);
    }

    private double mean(int hour) {
        return hours.getDouble(place(hour));
    }

    private float values(int hour) {
        return hours.getFloat(place(hour) + Double.BYTES);
    }

    private float visits(int hour) {
        return hours.getFloat(place(hour) + Double.BYTES + Float.BYTES);
    }

    private int place(int hour) {
        return firstHour + hour * HOUR_BYTES;
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
        if (visits(from) < 2 || visits(to) < 2) {
            learn(hour, value, Double.MAX_VALUE);
            return 0;
        }
        double part = past - Math.floor(past);
        double excess = judge(value, mean(from) * (1 - part) + mean(to) * part, mean, bar);
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
        float visited = visits(hour);
        if (hour != lastHour) {
            lastHour = hour;
            visited++;
        }
        float learnt = values(hour) + 1;
        if (learnt >= MOST) {
            learnt /= 2;
            visited = Math.max(2, visited / 2);
        }
        double remembered = Math.min(learnt, Math.max(1, DAYS * learnt / visited));
        double mean = mean(hour);
        hours.putDouble(place(hour), mean + Math.clamp(value - mean, -most, most) / remembered)
                .putFloat(place(hour) + Double.BYTES, learnt)
                .putFloat(place(hour) + Double.BYTES + Float.BYTES, visited);
    }
}
