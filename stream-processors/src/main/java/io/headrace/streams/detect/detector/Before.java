package io.headrace.streams.detect.detector;

import java.nio.ByteBuffer;

/**
 * A band as it was before it was clearly left, kept until what lies beyond has become a habit. The detector's own bands give
 * way at once, so that an episode isn't reported with each of its values; this one tells how long the episode lasts.
 */
final class Before {
    /** Bytes that {@link #save} writes. */
    static final int BYTES = 1 + 2 * Double.BYTES;

    /** Values after which a third is left of the way from the band before to the band of now. */
    private static final double ACCUSTOMED = 40;

    private boolean isLeft;
    private double low;
    private double high;
    private double room = Double.NaN;

    void load(ByteBuffer in) {
        isLeft = in.get() == 1;
        low = in.getDouble();
        high = in.getDouble();
        room = Double.NaN;
    }

    void save(ByteBuffer out) {
        out.put((byte) (isLeft ? 1 : 0)).putDouble(low).putDouble(high);
    }

    /** Lowest value that wouldn't have been strange; NaN before the first was judged. */
    double low() {
        return low - room;
    }

    /** Highest value that wouldn't have been strange; NaN before the first was judged. */
    double high() {
        return high + room;
    }

    /**
     * @param value to be judged by the band
     * @param nowLow lower end of the band, before it gives way to the value
     * @param nowHigh upper end of it
     * @param bar excess that is strange
     * @return by what part of its width the value leaves the band that is habitual
     */
    double excess(double value, double nowLow, double nowHigh, double bar) {
        if (!isLeft) {
            low = nowLow;
            high = nowHigh;
        }
        double excess = excess(value, low, high);
        room = bar * unit(value, low, high);
        isLeft |= excess >= bar;
        if (isLeft) {
            double lowest = Math.min(nowLow, value);
            double highest = Math.max(nowHigh, value);
            isLeft = Math.max(excess(lowest, low, high), excess(highest, low, high)) > bar / 2;
            low += (lowest - low) / ACCUSTOMED;
            high += (highest - high) / ACCUSTOMED;
        }
        return excess;
    }

    /** By what part of its width a value leaves a band; 0 where it doesn't. */
    static double excess(double value, double low, double high) {
        double beyond = Math.max(value - high, low - value);
        return beyond <= 0 ? 0 : Math.min(beyond / unit(value, low, high), Departures.HIGHEST);
    }

    private static double unit(double value, double low, double high) {
        double magnitude = Math.max(Math.abs(value), Math.max(Math.abs(low), Math.abs(high)));
        return Math.max(high - low, Departures.PRECISION * magnitude);
    }
}
