package io.headrace.control.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Messages per second from what was accepted in all, asked for about once a second. Owned by one thread, but for reads. */
final class RateHistory {
    private static final int KEPT = 180;

    private final Deque<Double> rates = new ArrayDeque<>();
    private long lastTotal = -1;
    private long lastNanos;

    /**
     * Takes what has been accepted by now.
     *
     * @param total never falls
     * @param nanos of {@link System#nanoTime}
     */
    synchronized void plus(long total, long nanos) {
        if (lastTotal >= 0 && nanos > lastNanos) {
            double rate = Math.max(0, total - lastTotal) * 1e9 / (nanos - lastNanos);
            rates.addLast(Math.round(rate * 10) / 10.0);
            if (rates.size() > KEPT) {
                rates.removeFirst();
            }
        }
        lastTotal = total;
        lastNanos = nanos;
    }

    /** 0 before there are two totals. */
    synchronized double last() {
        return rates.isEmpty() ? 0 : rates.getLast();
    }

    /** Oldest first. */
    synchronized List<Double> all() {
        return List.copyOf(rates);
    }
}
