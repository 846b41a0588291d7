package io.headrace.streams.window;

import java.util.ArrayList;
import java.util.List;

/**
 * Which windows of one size a device still has. Two clocks move it on. The device's own watermark moves {@code floor}:
 * nothing that starts before it is kept. Readings whose clock was corrected bear the gateway's time, which may be years
 * ahead of the watermark; their windows leave as the gateway's time goes on, and are remembered as a gap above the
 * floor, so that a device whose clock is never right leaves no more behind than any other. Once gone, a window never
 * comes back: a value for it is too late.
 */
final class Kept {
    static final long NONE = Long.MIN_VALUE;

    private final int sizeMs;
    private long floor = NONE;
    /** Starts from here on, up to {@link #gapTo}, are gone; the two are equal where nothing has gone yet. */
    private long gapFrom = NONE;

    private long gapTo = NONE;

    Kept(int sizeMs) {
        this.sizeMs = sizeMs;
    }

    int sizeMs() {
        return sizeMs;
    }

    boolean holds(Window window) {
        long start = window.start();
        return start >= floor && !(gapFrom <= start && start < gapTo);
    }

    /**
     * As {@link #holds}, for a window ahead of the watermark, which only a corrected reading can ask for. Below a gap
     * there is none: the gateway's clock was set back further than windows are kept.
     */
    boolean holdsAhead(Window window) {
        if (gapFrom != gapTo) {
            return window.start() >= gapTo;
        }
        if (gapFrom == NONE || window.start() < gapFrom) {
            gapFrom = window.start();
            gapTo = gapFrom;
        }
        return true;
    }

    /**
     * Drops what starts before an instant of the device's own time.
     *
     * @param start multiple of the size
     */
    List<Span> raiseFloor(long start) {
        if (start <= floor) {
            return List.of();
        }
        Span gone = new Span(sizeMs, floor, start);
        floor = start;
        if (gapTo != NONE && gapTo <= floor) {
            closeGap();
        }
        return List.of(gone);
    }

    /**
     * Drops what lies ahead of the watermark and starts before an instant of the gateway's time.
     *
     * @param watermark {@link #NONE} where the device has none
     * @param start multiple of the size
     */
    List<Span> widenGap(long watermark, long start) {
        if (!canWidenGap(watermark, start)) {
            return List.of();
        }
        List<Span> gone = new ArrayList<>(2);
        long from = gapStart(watermark);
        if (gapFrom != gapTo && from > gapTo) {
            // the watermark has passed the gap and there is room for one: what is below the old one goes as well
            gone.addAll(raiseFloor(gapTo));
        }
        if (gapFrom == gapTo) {
            gapFrom = from;
        }
        gapTo = start;
        gone.add(new Span(sizeMs, from, start));
        return gone;
    }

    /** Nothing is gone above the floor now, though there may be windows ahead. */
    private void closeGap() {
        gapFrom = floor;
        gapTo = floor;
    }

    boolean canRaiseFloor(long start) {
        return start > floor;
    }

    boolean canWidenGap(long watermark, long start) {
        return gapTo != NONE && start > gapStart(watermark);
    }

    void write(StateWriter out) {
        out.number(sizeMs);
        writeStart(out, floor);
        writeStart(out, gapFrom);
        writeStart(out, gapTo);
    }

    static Kept read(StateReader in) {
        Kept kept = new Kept(Math.toIntExact(in.number()));
        kept.floor = kept.readStart(in);
        kept.gapFrom = kept.readStart(in);
        kept.gapTo = kept.readStart(in);
        return kept;
    }

    private long gapStart(long watermark) {
        return watermark == NONE
                ? gapTo
                : Math.max(gapTo, Window.holding(watermark, sizeMs).end());
    }

    /** In windows rather than microseconds, one up for {@link #NONE}: three or four bytes. */
    private void writeStart(StateWriter out, long start) {
        long windows = start / (sizeMs * 1_000L);
        out.signed(start == NONE ? 0 : windows < 0 ? windows : windows + 1);
    }

    private long readStart(StateReader in) {
        long stored = in.signed();
        return stored == 0 ? NONE : (stored < 0 ? stored : stored - 1) * sizeMs * 1_000L;
    }
}
