package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;

/**
 * What is usual at a phase of the metric's own period, which {@link Rhythm} finds. Speaks only where a period was found
 * and its profile has foretold the values clearly better than their long mean did.
 */
final class Seasonal implements Memory {
    private static final Layout LAYOUT = new Layout(
            (byte) 18,
            Verdict.BYTES
                    + 4 * Double.BYTES
                    + Integer.BYTES
                    + Departures.BYTES
                    + Before.BYTES
                    + Profile.BYTES
                    + Rhythm.BYTES);

    /** Values over which the mean difference is taken: noise and a rise that came some minutes early even out. */
    private static final double SMOOTH = 20;

    /** Part of the long mean's error that may be left. */
    private static final double TRUSTED = 0.8;

    /** Part by which a period may differ from one found earlier and yet be the same, known more precisely. */
    private static final double SAME = 0.04;

    /** Times further from the epoch count as this: their differences must stay numbers. */
    private static final long FARTHEST = 1L << 60;

    private final Verdict verdict;
    private final Departures departures;
    private final Profile profile;
    private final Rhythm rhythm;
    private int count;
    private double longMean;
    private double difference;
    private double error;
    private double longMeanError;

    private Seasonal(double threshold, ByteBuffer in) {
        verdict = Verdict.load(threshold, in);
        longMean = in.getDouble();
        difference = in.getDouble();
        error = in.getDouble();
        longMeanError = in.getDouble();
        count = in.getInt();
        departures = Departures.load(in, (int) SMOOTH);
        departures.habitual().load(in);
        profile = Profile.load(in);
        rhythm = Rhythm.load(in);
    }

    static Detector detector(double threshold) {
        return new Fold("seasonal", LAYOUT, in -> new Seasonal(threshold, in));
    }

    @Override
    public byte[] stored() {
        return LAYOUT.write(this::save);
    }

    private void save(ByteBuffer out) {
        verdict.save(out);
        out.putDouble(longMean).putDouble(difference).putDouble(error).putDouble(longMeanError);
        out.putInt(count);
        departures.save(out);
        departures.habitual().save(out);
        profile.save(out);
        rhythm.save(out);
    }

    /** The period that was found, in milliseconds; 0 while there is none. */
    long period() {
        return profile.period();
    }

    @Override
    public Finding observe(long time, double value) {
        if (!Double.isFinite(value)) {
            return Finding.nothing(value);
        }
        double bar = verdict.begin();
        double bounded = Verdict.bounded(value);
        if (verdict.count() == 0) {
            longMean = bounded;
        }
        if (time != Detector.UNKNOWN_TIME) {
            judge(Math.clamp(time, -FARTHEST, FARTHEST), bounded, bar);
        }
        longMean += (bounded - longMean) / Math.min(verdict.count() + 1, Habits.LONG);
        return verdict.of(value);
    }

    private void judge(long time, double value, double bar) {
        double forecast = profile.expected(time);
        if (!Double.isNaN(forecast)) {
            compare(value, forecast, bar);
        }
        profile.learn(time, value, count > SMOOTH && error > 0 ? Departures.CLIP * error : Double.MAX_VALUE);
        long known = profile.period();
        if (rhythm.learn(time, value) && rhythm.period() != known) {
            profile.begin(rhythm);
            count = Math.abs(rhythm.period() - known) < known * SAME ? count : 0;
        }
    }

    private void compare(double value, double forecast, double bar) {
        count = Math.min(count + 1, Habits.LONG);
        difference += (value - forecast - difference) / Math.min(count, SMOOTH);
        error += (Math.abs(value - forecast) - error) / count;
        longMeanError += (Math.abs(value - longMean) - longMeanError) / count;
        double distance = Math.abs(difference);
        if (error < TRUSTED * longMeanError) {
            double excess = departures.excess(distance, Math.abs(forecast), bar);
            verdict.departed(excess, Cause.PHASE, departures, forecast);
        } else {
            departures.learn(distance);
        }
    }
}
