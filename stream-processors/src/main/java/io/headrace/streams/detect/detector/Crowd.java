package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;

/**
 * How many of the last values are far from the long mean, however far each is. One alone is no crowd.
 */
final class Crowd {
    /** Bytes that {@link #save} writes. */
    static final int BYTES = Departures.BYTES + Before.BYTES + 2 * Double.BYTES;

    /** Values of which the share is taken. */
    private static final double SPAN = 30;

    /** Usual distances from the long mean from which a value is far. */
    private static final double FAR = 3;

    private static final int SETTLED = 40;

    /** Times as clearly as others its record must be broken: shares are coarse. */
    private static final double TIMES = 4;

    private final Departures departures = new Departures(SETTLED, TIMES);
    private double usual;
    private double share;

    void load(ByteBuffer in) {
        departures.load(in);
        departures.habitual().load(in);
        usual = in.getDouble();
        share = in.getDouble();
    }

    void save(ByteBuffer out) {
        departures.save(out);
        departures.habitual().save(out);
        out.putDouble(usual).putDouble(share);
    }

    /**
     * Judges a value, then learns it.
     *
     * @param mean of the values before it, over a long time
     */
    void judge(Verdict verdict, double value, double mean, double bar) {
        double distance = Math.abs(value - mean);
        usual += (distance - usual) / Math.min(departures.count() + 1, Habits.LONG);
        share += ((distance > FAR * usual ? 1 : 0) - share) / SPAN;
        double excess = departures.excess(Math.max(0, share - 1 / SPAN), 0, bar);
        verdict.found(excess, Cause.CROWD, departures.strangest(), mean, mean - FAR * usual, mean + FAR * usual);
    }
}
