package io.headrace.streams.detect.detector;

/** All that a {@link Detector} remembers of one metric. Changes in place; equal bytes find the same in the same values. */
public interface Memory {
    /**
     * Judges the next value, then learns it.
     *
     * @param time event time in epoch milliseconds, or {@link Detector#UNKNOWN_TIME}
     * @param value where it isn't finite, the score is 0 and nothing is learnt
     */
    Finding observe(long time, double value);

    /** At most 8 KiB, however many values there were. */
    byte[] stored();
}
