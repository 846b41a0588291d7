package io.headrace.streams.window.measure;

/**
 * For how much of a stretch of time there was a value no further away than one interval, before or after. Values are told
 * in the order of their times.
 */
public final class Coverage {
    private final long start;
    private final long end;
    private final long interval;
    private long covered;
    private long until;

    /** All in microseconds. */
    public Coverage(long start, long end, long interval) {
        this.start = start;
        this.end = end;
        this.interval = interval;
        this.until = start;
    }

    /** Says that there was a value somewhere between two times, the second exclusive. */
    void hear(long from, long to) {
        long first = Math.max(until, from - interval);
        long last = Math.min(end, to + interval);
        if (last > first) {
            covered += last - first;
            until = last;
        }
    }

    /** 0 to 1. */
    public double ratio() {
        return (double) covered / (end - start);
    }
}
