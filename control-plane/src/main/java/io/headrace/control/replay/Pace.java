package io.headrace.control.replay;

/**
 * Spreads messages evenly: no second has more of them than the rate, and time that was lost isn't made up for. Times are
 * those of {@link System#nanoTime}. Owned by one thread.
 */
final class Pace {
    private static final long SECOND = 1_000_000_000L;
    private static final int CHUNKS_PER_SECOND = 10;
    private static final int LARGEST_CHUNK = 500;

    private final int rate;
    private long freeAt;

    Pace(int rate, long now) {
        this.rate = rate;
        this.freeAt = now;
    }

    /** How many messages to send at once. */
    int chunk() {
        return Math.clamp(rate / CHUNKS_PER_SECOND, 1, LARGEST_CHUNK);
    }

    /** Nanoseconds to wait before the next messages, now that so many have been sent. */
    long pauseAfter(int messages, long now) {
        freeAt = Math.max(freeAt, now - SECOND / CHUNKS_PER_SECOND) + messages * SECOND / rate;
        return Math.max(0, freeAt - now);
    }
}
