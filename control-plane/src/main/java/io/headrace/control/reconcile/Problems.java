package io.headrace.control.reconcile;

import java.util.ArrayList;
import java.util.List;

/** What is found wrong: the first so many by name, the rest counted. */
final class Problems {
    /**
     * One of them.
     *
     * @param partition of the raw message; of the derived record where {@code kind} is {@code UNREADABLE}
     * @param offset as partition
     * @param detail one line
     */
    record Problem(String kind, int partition, long offset, String detail) {}

    private final int limit;
    private final List<Problem> named = new ArrayList<>();
    private long total;

    Problems(int limit) {
        this.limit = limit;
    }

    void add(Fault fault, int partition, long offset, String detail) {
        total++;
        if (named.size() < limit) {
            named.add(new Problem(fault.name(), partition, offset, detail));
        }
    }

    List<Problem> named() {
        return List.copyOf(named);
    }

    /** All, named or not. */
    long total() {
        return total;
    }
}
