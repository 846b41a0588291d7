package io.headrace.control.account;

import java.util.List;

/**
 * Where each count of a {@link Minute} stands. The codes of outcomes come first, 0 for none.
 *
 * @param windows how many sizes of windows are counted
 * @param sinks names
 */
record Shape(int windows, List<String> sinks) {
    static final int OUTCOMES = 6;
    static final int READINGS = OUTCOMES;
    static final int VALUES = OUTCOMES + 1;
    private static final int FIRST = OUTCOMES + 2;

    Shape {
        sinks = List.copyOf(sinks);
    }

    int length() {
        return FIRST + 2 * windows + 3 * sinks.size();
    }

    /** Values counted in their window of this size. */
    int windowed(int size) {
        return FIRST + size;
    }

    /** Values too late for their window of this size. */
    int late(int size) {
        return FIRST + windows + size;
    }

    /** Readings that a sink is to take. */
    int owed(int sink) {
        return FIRST + 2 * windows + sink;
    }

    /** Readings that a sink has taken, those that it set aside included. */
    int taken(int sink) {
        return owed(sink) + sinks.size();
    }

    /** Readings that a sink has set aside. */
    int refused(int sink) {
        return taken(sink) + sinks.size();
    }
}
