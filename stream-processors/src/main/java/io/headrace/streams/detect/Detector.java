package io.headrace.streams.detect;

/**
 * Judges the values of one metric of one device, one after the other, knowing nothing but the values before. A pure
 * fold over a memory of constant size: no labels, no look-ahead, no settings of a metric's own.
 *
 * <p>Values may come at any interval, with gaps, and with a clock that steps back; the memory takes them in the order
 * in which they come. Safe for use by several threads.
 */
public interface Detector {
    /** Stands for the time of a value of which nobody knows when it was measured. */
    long UNKNOWN_TIME = Long.MIN_VALUE;

    /** Name that its anomalies carry. */
    String name();

    /** What is remembered of a metric that was never seen. */
    byte[] start();

    /**
     * The next value.
     *
     * @param memory as {@link #start} or the observation before returned it; left as it is. One that an earlier version
     *     wrote, and that this one can't read, counts as {@link #start}
     * @param time event time in epoch milliseconds, or {@link #UNKNOWN_TIME}
     * @param value where it isn't finite, the score is 0 and nothing is learnt
     */
    Finding observe(byte[] memory, long time, double value);
}
