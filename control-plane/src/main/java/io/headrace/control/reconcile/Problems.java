package io.headrace.control.reconcile;

import java.util.ArrayList;
import java.util.List;

/** What is found wrong: the first so many by name, the rest counted. */
public final class Problems {
    /**
     * One of them.
     *
     * @param partition of the raw message; of the derived record where {@code kind} is {@code UNREADABLE}
     * @param offset as partition
     * @param detail one line
     */
    public record Problem(String kind, int partition, long offset, String detail) {}

    private final int limit;
    private final List<Problem> named = new ArrayList<>();
    private long total;

    /** @param limit how many are named */
    public Problems(int limit) {
        this.limit = limit;
    }

    /** Notes one. */
    public void add(Fault fault, int partition, long offset, String detail) {
        total++;
        if (named.size() < limit) {
            named.add(new Problem(fault.name(), partition, offset, detail));
        }
    }

    /** In the order in which they were found. */
    public List<Problem> named() {
        return List.copyOf(named);
    }

    /** All, named or not. */
    public long total() {
        return total;
    }

    /** Whether one more would be named. */
    public boolean hasRoom() {
        return named.size() < limit;
    }

    /** Counts so many that aren't named. */
    public void addUnnamed(long more) {
        total += more;
    }
}
