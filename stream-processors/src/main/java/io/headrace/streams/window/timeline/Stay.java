package io.headrace.streams.window.timeline;

/**
 * One session.
 *
 * @param first time of its first reading, epoch microseconds
 * @param last time of its last reading
 * @param isOpen whether there is something that no revision has told
 * @param closeBy wall-clock time at which it closes at the latest, where it is open
 * @param isLate whether the watermark had passed it when it was opened
 */
record Stay(long first, long last, boolean isOpen, long closeBy, boolean isLate) {
    Stay closed() {
        return new Stay(first, last, false, 0, false);
    }
}
