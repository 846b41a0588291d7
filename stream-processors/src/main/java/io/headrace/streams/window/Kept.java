package io.headrace.streams.window;

import java.util.Optional;

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

    /** Notes a window that a corrected reading has opened, ahead of the watermark. */
    void foundAhead(Window window) {
        if (gapFrom == gapTo && (gapFrom == NONE || window.start() < gapFrom)) {
            gapFrom = window.start();
            gapTo = gapFrom;
        }
    }

    /**
     * Drops what starts before an instant of the device's own time.
     *
     * @param start multiple of the size
     */
    Optional<Span> raiseFloor(long start) {
        if (start <= floor) {
            return Optional.empty();
        }
        Span gone = new Span(sizeMs, floor, start);
        floor = start;
        if (floor >= gapTo) {
            gapFrom = NONE;
            gapTo = NONE;
        }
        return Optional.of(gone);
    }

    /**
     * Drops what lies ahead of the watermark and starts before an instant of the gateway's time.
     *
     * @param watermark {@link #NONE} where the device has none
     * @param start multiple of the size
     */
    Optional<Span> widenGap(long watermark, long start) {
        if (!canWidenGap(watermark, start)) {
            return Optional.empty();
        }
        long from = gapStart(watermark);
        if (gapFrom == gapTo) {
            gapFrom = from;
        } else if (from > gapTo) {
            // the watermark has passed the old gap: there is room for one, so what is below it goes as well
            Span below = new Span(sizeMs, floor, start);
            floor = start;
            gapFrom = NONE;
            gapTo = NONE;
            return Optional.of(below);
        }
        gapTo = start;
        return Optional.of(new Span(sizeMs, from, start));
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
