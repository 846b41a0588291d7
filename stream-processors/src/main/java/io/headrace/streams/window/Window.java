package io.headrace.streams.window;

/**
 * One tumbling window, aligned to the epoch.
 *
 * @param sizeMs length in milliseconds
 * @param start inclusive, epoch microseconds
 */
record Window(int sizeMs, long start) {
    /** The window of that size which holds an instant in epoch microseconds. */
    static Window holding(long instant, int sizeMs) {
        return new Window(sizeMs, alignDown(instant, sizeMs));
    }

    /** Exclusive, epoch microseconds. */
    long end() {
        return start + size();
    }

    /** Length in microseconds. */
    long size() {
        return sizeMs * 1_000L;
    }

    /** Start of the window that holds an instant. */
    static long alignDown(long instant, int sizeMs) {
        return instant - Math.floorMod(instant, sizeMs * 1_000L);
    }

    /** Start of the first window that begins at an instant or after it. */
    static long alignUp(long instant, int sizeMs) {
        return -alignDown(-instant, sizeMs);
    }
}
