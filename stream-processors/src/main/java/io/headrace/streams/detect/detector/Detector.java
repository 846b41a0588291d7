package io.headrace.streams.detect.detector;

/**
 * Judges the values of one metric of one device, one after the other, knowing nothing but the values before. A pure
 * fold over a memory of constant size: no labels, no look-ahead, no settings of a metric's own.
 *
 * <p>Values may come at any interval, with gaps, and with a clock that steps back; the memory takes them in the order
 * in which they come. Safe for use by several threads; its memories aren't.
 */
public interface Detector {
    /** Stands for the time of a value of which nobody knows when it was measured. */
    long UNKNOWN_TIME = Long.MIN_VALUE;

    /** Name that its anomalies carry, and by which it is chosen. */
    String name();

    /** Of a metric that was never seen. */
    Memory fresh();

    /**
     * @param stored what a {@link Memory#stored} returned. What another detector wrote, or another version which this one can't
     *     read, counts as {@link #fresh}
     */
    Memory read(byte[] stored);
}
