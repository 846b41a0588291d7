package io.headrace.streams.window;

import java.time.Duration;
import java.util.List;

/**
 * A configuration in the units that a timeline reckons in.
 *
 * @param sizes milliseconds
 * @param grace microseconds of event time
 * @param keep microseconds of event time
 * @param idleClose milliseconds of wall-clock time
 * @param lateDelay milliseconds of wall-clock time
 */
record Waits(List<Integer> sizes, long grace, long keep, long idleClose, long lateDelay) {
    static Waits of(WindowConfig config) {
        return new Waits(
                config.sizes().stream()
                        .map(size -> Math.toIntExact(size.toMillis()))
                        .toList(),
                micros(config.grace()),
                micros(config.keep()),
                config.idleClose().toMillis(),
                config.lateDelay().toMillis());
    }

    /** Longest that a window may stay open, in milliseconds of wall-clock time. */
    long longest(Window window) {
        return window.sizeMs() + grace / 1_000 + idleClose;
    }

    private static long micros(Duration time) {
        return time.toMillis() * 1_000;
    }
}
