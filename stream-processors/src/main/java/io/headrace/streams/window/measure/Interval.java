package io.headrace.streams.window.measure;

import org.jspecify.annotations.Nullable;

/**
 * How far apart the values of a metric usually are, learned from one closed window after the other. It follows a shorter
 * interval at once and a longer one by an eighth of the difference, so that values that are missing don't soon become what
 * is expected.
 *
 * @param lastAt newest value that it was learned from, epoch microseconds
 * @param micros 0 where there wasn't enough to learn from
 */
public record Interval(long lastAt, long micros) {
    private static final int VERSION = 1;
    private static final int SLOWNESS = 8;

    /**
     * With another window's values.
     *
     * @param before what was known; null for nothing
     * @param isContinuous whether windows follow one another, so that the time between two tells something too
     */
    public static Interval learned(@Nullable Interval before, Accumulator window, boolean isContinuous) {
        long known = before == null ? 0 : before.micros;
        long lastAt = before == null ? window.lastAt() : Math.max(before.lastAt, window.lastAt());
        long distance = 0;
        if (window.count() > 1) {
            distance = (window.lastAt() - window.firstAt()) / (window.count() - 1);
        } else if (before != null && isContinuous) {
            distance = window.lastAt() - before.lastAt;
        }
        if (distance <= 0) {
            return new Interval(lastAt, known);
        }
        return new Interval(lastAt, known == 0 ? distance : Math.min(distance, known + (distance - known) / SLOWNESS));
    }

    public void write(StateWriter out) {
        out.octet(VERSION);
        out.signed(lastAt);
        out.number(micros);
    }

    public static Interval read(StateReader in) {
        in.version(VERSION, "interval");
        return new Interval(in.signed(), in.number());
    }
}
