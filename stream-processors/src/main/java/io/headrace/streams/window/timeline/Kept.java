package io.headrace.streams.window.timeline;

import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.shape.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Which windows of one definition a device still has, by a time that stands for each: its start, or a session's end. Two
 * clocks move it on. The device's own watermark moves {@code floor}: nothing that is before it is kept. Readings whose
 * clock was corrected bear the gateway's time, which may be years ahead of the watermark; their windows leave as the
 * gateway's time goes on, and are remembered as a gap above the floor, so that a device whose clock is never right leaves
 * no more behind than any other. Once gone, a window never comes back: a value for it is too late.
 */
final class Kept {
    static final long NONE = Long.MIN_VALUE;

    private final long id;
    private long floor = NONE;
    /** Times from here on, up to {@link #gapTo}, are gone; the two are equal where nothing has gone yet. */
    private long gapFrom = NONE;

    private long gapTo = NONE;

    /** @param id of the definition */
    Kept(long id) {
        this.id = id;
    }

    boolean holds(long time) {
        return time >= floor && !(gapFrom <= time && time < gapTo);
    }

    /** The earliest time such that nothing from there on up to one that is held has gone. */
    long wholeFrom(long time) {
        return gapFrom != gapTo && time >= gapTo ? Math.max(floor, gapTo) : floor;
    }

    /**
     * As {@link #holds}, for a window ahead of the watermark, which only a corrected reading can ask for. Below a gap
     * there is none: the gateway's clock was set back further than windows are kept.
     */
    boolean holdsAhead(long time) {
        if (gapFrom != gapTo) {
            return time >= gapTo;
        }
        if (gapFrom == NONE || time < gapFrom) {
            gapFrom = time;
            gapTo = gapFrom;
        }
        return true;
    }

    /** Drops what is before an instant of the device's own time. */
    List<Span> raiseFloor(long to) {
        if (to <= floor) {
            return List.of();
        }
        Span gone = new Span(id, floor, to);
        floor = to;
        if (gapTo != NONE && gapTo <= floor) {
            closeGap();
        }
        return List.of(gone);
    }

    /**
     * Drops what lies ahead of the watermark and is before an instant of the gateway's time.
     *
     * @param ahead first time ahead of the watermark; {@link #NONE} where the device has none
     */
    List<Span> widenGap(long ahead, long to) {
        if (!canWidenGap(ahead, to)) {
            return List.of();
        }
        List<Span> gone = new ArrayList<>(2);
        long from = Math.max(gapTo, ahead);
        if (gapFrom != gapTo && from > gapTo) {
            // the watermark has passed the gap and there is room for one: what is below the old one goes as well
            gone.addAll(raiseFloor(gapTo));
        }
        if (gapFrom == gapTo) {
            gapFrom = from;
        }
        gapTo = to;
        gone.add(new Span(id, from, to));
        return gone;
    }

    /** Nothing is gone above the floor now, though there may be windows ahead. */
    private void closeGap() {
        gapFrom = floor;
        gapTo = floor;
    }

    boolean canRaiseFloor(long to) {
        return to > floor;
    }

    boolean canWidenGap(long ahead, long to) {
        return gapTo != NONE && to > Math.max(gapTo, ahead);
    }

    /** @param unit by which all times can be divided: in windows rather than microseconds they are three or four bytes */
    void write(StateWriter out, long unit) {
        write(out, floor, unit);
        write(out, gapFrom, unit);
        write(out, gapTo, unit);
    }

    static Kept read(StateReader in, long id, long unit) {
        Kept kept = new Kept(id);
        kept.floor = readTime(in, unit);
        kept.gapFrom = readTime(in, unit);
        kept.gapTo = readTime(in, unit);
        return kept;
    }

    /** One up for {@link #NONE}. */
    private static void write(StateWriter out, long time, long unit) {
        long units = time / unit;
        out.signed(time == NONE ? 0 : units < 0 ? units : units + 1);
    }

    private static long readTime(StateReader in, long unit) {
        long stored = in.signed();
        return stored == 0 ? NONE : (stored < 0 ? stored : stored - 1) * unit;
    }
}
