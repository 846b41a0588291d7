package io.headrace.streams.alerts;

import io.headrace.record.Alert;
import io.headrace.record.AlertState;

/**
 * An alert as it is kept.
 *
 * @param at timestamp of its last record, epoch milliseconds: when the gateway received what changed it
 * @param joined whether a group's alert that stands counts it
 * @param due when something is to be done about it by the processors' clock, epoch milliseconds; 0 for never
 */
record Kept(Alert alert, long at, boolean joined, long due) {
    /** Of none that a group counts. */
    Kept(Alert alert, long at, long due) {
        this(alert, at, false, due);
    }

    boolean isDue(long now) {
        return due != 0 && due <= now;
    }

    /** Part of a group, and not well again. */
    boolean isMember() {
        return joined && stands();
    }

    boolean stands() {
        return alert.getState() != AlertState.CLEARED;
    }

    Kept with(Alert changed, long dueAt) {
        return new Kept(changed, at, joined, dueAt);
    }
}
