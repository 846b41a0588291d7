package io.headrace.streams.detect.episode;

import io.headrace.streams.detect.detector.Finding;
import java.nio.ByteBuffer;

/**
 * What would not have been strange at an onset, in the device's units.
 *
 * @param low NaN where there is none
 * @param high NaN where there is none
 * @param middle of it; where there is none, what was expected, or else the value of the onset
 * @param tells whether the onset was outside it: then what is inside isn't off any more
 */
record Band(double low, double high, double middle, boolean tells) {
    /** Bytes that {@link #save} writes. */
    static final int BYTES = 3 * Double.BYTES + 1;

    static Band of(Finding onset) {
        double middle = onset.low() <= onset.high() ? onset.low() / 2 + onset.high() / 2 : onset.expected();
        boolean tells = onset.value() < onset.low() || onset.value() > onset.high();
        return new Band(onset.low(), onset.high(), Double.isNaN(middle) ? onset.value() : middle, tells);
    }

    static Band load(ByteBuffer in) {
        return new Band(in.getDouble(), in.getDouble(), in.getDouble(), in.get() == 1);
    }

    void save(ByteBuffer out) {
        out.putDouble(low).putDouble(high).putDouble(middle).put((byte) (tells ? 1 : 0));
    }

    /** Whether a value that is strange is off itself, and not for the values before it. */
    boolean isOff(double value) {
        return !tells || value < low || value > high;
    }

    /** How far a value is from its middle. */
    double distance(double value) {
        return Math.abs(value - middle);
    }

    /** How far a value is outside it, in widths of it; NaN where it has no width. */
    double widthsBeyond(double value) {
        double width = high - low;
        return width > 0 ? Math.max(0, Math.max(value - high, low - value)) / width : Double.NaN;
    }
}
