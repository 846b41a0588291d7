package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;

/**
 * How far a metric stays from its long mean: the median of three values in a row, which one of them alone doesn't move. A
 * metric that often spikes may spike; that it stays where it only used to spike to is strange.
 */
final class Stays {
    /** Bytes that {@link #save} writes. */
    static final int BYTES = Departures.BYTES + Before.BYTES + 2 * Double.BYTES;

    private static final int SETTLED = 40;

    /** Times as clearly as others its record must be broken: range, level and jumps look at the same values. */
    private static final double TIMES = 4;

    private final Departures departures = new Departures(SETTLED, TIMES);
    private double last;
    private double beforeLast;

    void load(ByteBuffer in) {
        departures.load(in);
        departures.habitual().load(in);
        last = in.getDouble();
        beforeLast = in.getDouble();
    }

    void save(ByteBuffer out) {
        departures.save(out);
        departures.habitual().save(out);
        out.putDouble(last).putDouble(beforeLast);
    }

    /**
     * Judges a value, then learns it.
     *
     * @param mean of the values before it, over a long time
     */
    void judge(Verdict verdict, double value, double mean, double bar) {
        if (departures.count() == 0) {
            last = value;
            beforeLast = value;
        }
        double median = Math.max(Math.min(beforeLast, last), Math.min(Math.max(beforeLast, last), value));
        beforeLast = last;
        last = value;
        double excess = departures.excess(Math.abs(median - mean), Math.abs(mean), bar);
        verdict.departed(excess, Cause.STAYS, departures, mean);
    }
}
