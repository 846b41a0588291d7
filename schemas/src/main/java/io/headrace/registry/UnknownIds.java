package io.headrace.registry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Schema ids that the registry said it doesn't know, for a while. Bounded: beyond the limit the oldest is forgotten. Safe
 * for use by several threads.
 */
final class UnknownIds {
    private final long keepNanos;
    private final int limit;
    private final Map<Integer, Long> since = new LinkedHashMap<>();

    UnknownIds(Duration keep, int limit) {
        this.keepNanos = keep.toNanos();
        this.limit = limit;
    }

    /** @param now of {@link System#nanoTime} */
    synchronized boolean contains(int id, long now) {
        Long learned = since.get(id);
        if (learned != null && now - learned > keepNanos) {
            since.remove(id);
            return false;
        }
        return learned != null;
    }

    /** @param now of {@link System#nanoTime} */
    synchronized void add(int id, long now) {
        since.remove(id);
        since.put(id, now);
        if (since.size() > limit) {
            since.remove(since.keySet().iterator().next());
        }
    }
}
