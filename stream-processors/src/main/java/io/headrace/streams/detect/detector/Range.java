package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;

/** Lowest and highest value of a metric so far. The range narrows while it isn't used: what was seen months ago is stale. */
final class Range {
    /** Bytes that {@link #save} writes. */
    static final int BYTES = 2 * Double.BYTES;

    /** Values after which an unused range would have closed. */
    private static final double FADE = 20_000;

    private static final int WARM_UP = 50;

    private double low;
    private double high;
    private final Before before = new Before();
    private double strangest;

    void load(ByteBuffer in) {
        low = in.getDouble();
        high = in.getDouble();
        strangest = 0;
    }

    void save(ByteBuffer out) {
        out.putDouble(low).putDouble(high);
    }

    /** What stands apart from the rest in the memory, for it came later. */
    Before before() {
        return before;
    }

    /**
     * Judges a value, then learns it.
     *
     * @param verdict to which it says what it found
     * @param mean of the values just before
     * @param bar excess that is strange
     */
    void judge(Verdict verdict, double value, double mean, double bar) {
        double excess = excess(verdict.count(), value, bar);
        double lowest = before.low();
        double highest = before.high();
        if (lowest <= highest) {
            Cause cause = value - lowest > highest - value ? Cause.HIGH : Cause.LOW;
            verdict.found(excess, cause, strangest, Math.clamp(mean, lowest, highest), lowest, highest);
        }
    }

    /**
     * @param count how many values there were before it
     * @param bar excess that is strange
     * @return by what part of its width the value leaves the range; 0 where it doesn't, or too little is known
     */
    private double excess(int count, double value, double bar) {
        if (count == 0) {
            low = value;
            high = value;
        }
        double excess = 0;
        if (count >= WARM_UP) {
            excess = Before.excess(value, low, high);
            strangest = before.excess(value, low, high, bar);
        }
        double fading = (high - low) / FADE;
        low = Math.min(value, low + fading);
        high = Math.max(value, high - fading);
        return excess;
    }
}
