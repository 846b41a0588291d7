package io.headrace.streams.detect;

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

    static Range load(ByteBuffer in) {
        Range range = new Range();
        range.low = in.getDouble();
        range.high = in.getDouble();
        return range;
    }

    void save(ByteBuffer out) {
        out.putDouble(low).putDouble(high);
    }

    /**
     * Judges a value, then learns it.
     *
     * @param before how many values there were before it
     * @return by what part of its width the value leaves the range; 0 where it doesn't, or too little is known
     */
    double excess(int before, double value) {
        if (before == 0) {
            low = value;
            high = value;
        }
        double beyond = Math.max(value - high, low - value);
        double width = high - low;
        double fading = width / FADE;
        low = Math.min(value, low + fading);
        high = Math.max(value, high - fading);
        if (before < WARM_UP || beyond <= 0) {
            return 0;
        }
        double magnitude = Math.max(Math.abs(value), Math.max(Math.abs(low), Math.abs(high)));
        return Math.min(beyond / Math.max(width, Departures.PRECISION * magnitude), Departures.HIGHEST);
    }
}
