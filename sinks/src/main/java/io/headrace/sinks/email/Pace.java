package io.headrace.sinks.email;

import java.time.Duration;

/**
 * How many mails an address gets: a few at once, then one after each interval. For one address and one thread; times are
 * epoch milliseconds.
 */
final class Pace {
    private final int burst;
    private final long intervalMs;
    private double left;
    private long at;

    Pace(int burst, Duration interval, long now) {
        this.burst = burst;
        this.intervalMs = interval.toMillis();
        this.left = burst;
        this.at = now;
    }

    /** When the next mail may go: now, or later. */
    long next(long now) {
        refill(now);
        return left >= 1 || intervalMs == 0 ? now : now + (long) Math.ceil((1 - left) * intervalMs);
    }

    /** Whether another mail may follow the next one at once. */
    boolean hasMoreThanOne(long now) {
        refill(now);
        return left >= 2 || intervalMs == 0;
    }

    void sent(long now) {
        refill(now);
        left = Math.max(0, left - 1);
    }

    /** Whether it is as if no mail had ever gone. */
    boolean isRested(long now) {
        refill(now);
        return left >= burst;
    }

    /** A clock that was set back gives nothing, and takes nothing. */
    private void refill(long now) {
        if (intervalMs == 0) {
            left = burst;
        } else if (now > at) {
            left = Math.min(burst, left + (double) (now - at) / intervalMs);
        }
        at = now;
    }
}
