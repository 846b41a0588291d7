package io.headrace.streams.window.timeline;

import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;

/**
 * Windows that are open: one, or of several panes all in a row.
 *
 * @param from start of the first
 * @param to start after the last, exclusive; of one window its end
 * @param closeBy wall-clock time at which it closes at the latest
 * @param isLate whether the watermark had passed it when it was opened
 */
record Stretch(long from, long to, long closeBy, boolean isLate) {
    Stretch widened(long otherFrom, long otherTo) {
        return new Stretch(Math.min(from, otherFrom), Math.max(to, otherTo), closeBy, isLate);
    }

    long due(WallTime time, Waits waits, long sizeMs) {
        return time.due(closeBy, waits.longest(sizeMs), waits.idleClose());
    }

    void write(StateWriter out, long seen, long unit) {
        out.signed(from / unit * 2 + (isLate ? 1 : 0));
        out.number((to - from) / unit);
        out.signed(closeBy - seen);
    }

    static Stretch read(StateReader in, long seen, long unit) {
        long first = in.signed();
        long from = Math.floorDiv(first, 2) * unit;
        long to = from + in.number() * unit;
        return new Stretch(from, to, seen + in.signed(), Math.floorMod(first, 2) == 1);
    }
}
