package io.headrace.gateway.admission;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket kept as one point in time: that at which it will be full again (the generic cell rate algorithm of ITU-T
 * I.371). Filling takes no work, and however long the process stood still, the bucket is never more than full. Safe for
 * use by several threads. Times are {@link System#nanoTime}'s.
 */
public final class Pace {
    private final AtomicLong fullAt;

    /** Full from the beginning. */
    public Pace(long now) {
        this.fullAt = new AtomicLong(now);
    }

    /**
     * Takes a cost if the bucket holds it. A full bucket lets even a cost through that is larger than itself.
     *
     * @param cost time that the bucket needs to fill by as much, nanoseconds
     * @param size time that the empty bucket needs to be full, nanoseconds
     * @return 0 where it is taken, otherwise the time until it could be
     */
    public long take(long cost, long now, long size) {
        while (true) {
            long before = fullAt.get();
            long missing = Math.max(0, before - now);
            if (missing > 0 && missing + cost > size) {
                return Math.min(missing, missing + cost - size);
            }
            if (fullAt.compareAndSet(before, now + missing + cost)) {
                return 0;
            }
        }
    }

    /**
     * Takes a cost whatever the bucket holds.
     *
     * @return the time until the bucket's debt is paid; 0 where it has none
     */
    public long charge(long cost, long now, long size) {
        while (true) {
            long before = fullAt.get();
            long missing = Math.max(0, before - now) + cost;
            if (fullAt.compareAndSet(before, now + missing)) {
                return Math.max(0, missing - size);
            }
        }
    }

    /** Gives back what {@link #take} took. */
    public void giveBack(long cost) {
        fullAt.addAndGet(-cost);
    }

    /** Whether it has nothing to remember: it might as well be a new one. */
    public boolean isFull(long now) {
        return fullAt.get() - now <= 0;
    }

    /** Time until a bucket of this size holds a cost; 0 where it does now. */
    public long waitFor(long cost, long now, long size) {
        return Math.max(0, Math.max(0, fullAt.get() - now) + cost - size);
    }
}
