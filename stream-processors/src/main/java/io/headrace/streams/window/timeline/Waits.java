package io.headrace.streams.window.timeline;

import java.time.Duration;

/**
 * How long windows wait, in the units that a timeline reckons in.
 *
 * @param grace microseconds of event time
 * @param keep microseconds of event time
 * @param idleClose milliseconds of wall-clock time
 * @param lateDelay milliseconds of wall-clock time
 */
public record Waits(long grace, long keep, long idleClose, long lateDelay) {
    public static Waits of(Duration grace, Duration keep, Duration idleClose, Duration lateDelay) {
        return new Waits(micros(grace), micros(keep), idleClose.toMillis(), lateDelay.toMillis());
    }

    /** Longest that a window of a size may stay open, both in milliseconds, this one of wall-clock time. */
    long longest(long sizeMs) {
        return sizeMs + grace / 1_000 + idleClose;
    }

    boolean isPassed(long end, long watermark) {
        return watermark != Kept.NONE && watermark - grace >= end;
    }

    private static long micros(Duration time) {
        return time.toMillis() * 1_000;
    }
}
