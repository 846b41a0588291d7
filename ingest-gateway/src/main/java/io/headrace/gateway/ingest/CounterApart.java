package io.headrace.gateway.ingest;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A count on a cache line of its own. What one thread writes for each message mustn't lie beside what another writes as
 * often: each would take the line from the other, which costs more than the rest of the count.
 */
final class CounterApart {
    /** Two lines of 64 bytes: processors fetch them in pairs. */
    private static final int SPACE = 16;

    private final AtomicLongArray line = new AtomicLongArray(2 * SPACE);

    /** Safe for use by several threads. */
    long add(long count) {
        return line.addAndGet(SPACE, count);
    }

    /** For the one thread that adds. */
    void addAlone(long count) {
        line.lazySet(SPACE, line.getPlain(SPACE) + count);
    }

    long get() {
        return line.get(SPACE);
    }
}
