package io.headrace.streams.window;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One device's time: its watermark and the windows that are open. Decides which windows count a reading, and which
 * close; holds no values.
 *
 * <p>The watermark is the largest observation time so far; a reading whose clock was corrected doesn't move it. A window
 * closes when the watermark passes its end and grace; or when no reading of the device was processed for the idle time;
 * or when it has been open for its own length, grace and idle time together, so that a device whose clock always has to
 * be corrected gets its results too. The last two are wall-clock time. A window that late values have opened again
 * closes a short delay after the first of them.
 *
 * <p>Event times are epoch microseconds, wall-clock times epoch milliseconds; the two are never compared.
 */
final class Timeline {
    private static final int VERSION = 1;
    private static final Comparator<Open> BY_END =
            Comparator.comparingLong((Open open) -> open.window.end()).thenComparingInt(open -> open.window.sizeMs());

    private final List<Kept> kept = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    private long watermark = Kept.NONE;
    /** Largest time of a corrected reading. */
    private long corrected = Kept.NONE;

    private long seen;

    /** @param closeBy wall-clock time at which it closes at the latest */
    private record Open(Window window, long closeBy) {}

    /**
     * Takes a reading in.
     *
     * @param observedAt epoch microseconds
     * @param isCorrected whether that is the gateway's time, the device's having been impossible
     */
    Step observe(long observedAt, boolean isCorrected, long now, Waits waits) {
        List<Window> counting = new ArrayList<>(waits.sizes().size());
        List<Integer> missed = new ArrayList<>(0);
        for (int sizeMs : waits.sizes()) {
            Window window = Window.holding(observedAt, sizeMs);
            Kept ofSize = kept(sizeMs);
            boolean isAhead = isCorrected && window.start() > watermark;
            if (isAhead ? ofSize.holdsAhead(window) : ofSize.holds(window)) {
                counting.add(window);
                open(window, now, waits);
            } else {
                missed.add(sizeMs);
            }
        }
        seen = now;
        long before = watermark;
        if (isCorrected) {
            corrected = Math.max(corrected, observedAt);
        } else {
            watermark = Math.max(watermark, observedAt);
        }
        List<Span> gone = forget(waits.keep());
        return new Step(counting, missed, closing(passed(before, waits.grace()), gone), gone);
    }

    /** What is due by the wall clock. */
    Step wake(WallTime time, Waits waits) {
        boolean silent = time.from(seen) + waits.idleClose() <= time.now();
        List<Open> due = new ArrayList<>();
        for (Open each : open) {
            if (silent || due(each, time, waits) <= time.now()) {
                due.add(each);
            }
        }
        List<Span> gone = isRetiring(due) && retiresAt(time, waits) <= time.now() ? retire() : List.of();
        return new Step(List.of(), List.of(), closing(due, gone), gone);
    }

    /** Wall-clock time of the next {@link #wake}; {@link Long#MAX_VALUE} where there is nothing to wait for. */
    long nextWake(WallTime time, Waits waits) {
        if (open.isEmpty()) {
            return canRetire() ? retiresAt(time, waits) : Long.MAX_VALUE;
        }
        long next = time.from(seen) + waits.idleClose();
        for (Open each : open) {
            next = Math.min(next, due(each, time, waits));
        }
        return next;
    }

    /** How far behind the device's time an observation is, in microseconds; never negative. */
    long lateness(long observedAt) {
        long latest = Math.max(watermark, corrected);
        return latest == Kept.NONE ? 0 : Math.max(0, (watermark > observedAt ? watermark : latest) - observedAt);
    }

    private Kept kept(int sizeMs) {
        for (Kept ofSize : kept) {
            if (ofSize.sizeMs() == sizeMs) {
                return ofSize;
            }
        }
        Kept added = new Kept(sizeMs);
        kept.add(added);
        return added;
    }

    private void open(Window window, long now, Waits waits) {
        for (Open each : open) {
            if (each.window.equals(window)) {
                return;
            }
        }
        long wait = isPassed(window, watermark, waits.grace()) ? waits.lateDelay() : waits.longest(window);
        open.add(new Open(window, now + wait));
    }

    /** Open windows that the watermark has passed just now. Those that it had passed before gather late values. */
    private List<Open> passed(long before, long grace) {
        List<Open> passed = new ArrayList<>(0);
        for (Open each : open) {
            if (isPassed(each.window, watermark, grace) && !isPassed(each.window, before, grace)) {
                passed.add(each);
            }
        }
        return passed;
    }

    private static boolean isPassed(Window window, long watermark, long grace) {
        return watermark != Kept.NONE && watermark - grace >= window.end();
    }

    /** Removes windows from the open ones, with those that are about to be forgotten. */
    private List<Window> closing(List<Open> due, List<Span> gone) {
        if (due.isEmpty() && gone.isEmpty()) {
            return List.of();
        }
        List<Open> closing = new ArrayList<>();
        for (Open each : open) {
            if (due.contains(each) || gone.stream().anyMatch(span -> span.holds(each.window))) {
                closing.add(each);
            }
        }
        open.removeAll(closing);
        closing.sort(BY_END);
        return closing.stream().map(Open::window).toList();
    }

    /** Kept are windows whose end is no further than {@code keep} behind. */
    private List<Span> forget(long keep) {
        List<Span> gone = new ArrayList<>(0);
        for (Kept ofSize : kept) {
            long size = ofSize.sizeMs() * 1_000L;
            if (watermark != Kept.NONE) {
                gone.addAll(ofSize.raiseFloor(Window.alignUp(watermark - keep - size, ofSize.sizeMs())));
            }
            if (corrected != Kept.NONE) {
                gone.addAll(ofSize.widenGap(watermark, Window.alignUp(corrected - keep - size, ofSize.sizeMs())));
            }
        }
        return gone;
    }

    private boolean isRetiring(List<Open> due) {
        return due.size() == open.size() && canRetire();
    }

    private long retiresAt(WallTime time, Waits waits) {
        return (seen > time.now() ? time.since() : seen) + waits.keep() / 1_000;
    }

    private boolean canRetire() {
        return kept.stream().anyMatch(this::canRetire);
    }

    private boolean canRetire(Kept ofSize) {
        if (watermark != Kept.NONE && ofSize.canRaiseFloor(newest(ofSize).start())) {
            return true;
        }
        return corrected != Kept.NONE
                && ofSize.canWidenGap(watermark, newestCorrected(ofSize).end());
    }

    /** A device long silent keeps its newest window of each size, where it will go on when it comes back. */
    private List<Span> retire() {
        List<Span> gone = new ArrayList<>();
        for (Kept ofSize : kept) {
            if (watermark != Kept.NONE) {
                gone.addAll(ofSize.raiseFloor(newest(ofSize).start()));
            }
            if (corrected != Kept.NONE) {
                gone.addAll(ofSize.widenGap(watermark, newestCorrected(ofSize).end()));
            }
        }
        return gone;
    }

    private Window newest(Kept ofSize) {
        return Window.holding(watermark, ofSize.sizeMs());
    }

    private Window newestCorrected(Kept ofSize) {
        return Window.holding(corrected, ofSize.sizeMs());
    }

    private static long due(Open open, WallTime time, Waits waits) {
        return time.due(open.closeBy, waits.longest(open.window), waits.idleClose());
    }

    void write(StateWriter out) {
        out.octet(VERSION);
        writeTime(out, watermark);
        writeTime(out, corrected);
        out.number(seen);
        out.number(kept.size());
        for (Kept ofSize : kept) {
            ofSize.write(out);
        }
        out.number(open.size());
        for (Open each : open) {
            out.number(each.window.sizeMs());
            out.signed(each.window.start() / each.window.size());
            out.signed(each.closeBy - seen);
        }
    }

    /** @throws IllegalStateException where another version of the program wrote it */
    static Timeline read(StateReader in) {
        in.expectVersion(VERSION, "device timeline");
        Timeline read = new Timeline();
        read.watermark = readTime(in);
        read.corrected = readTime(in);
        read.seen = in.number();
        for (int i = in.count(); i > 0; i--) {
            read.kept.add(Kept.read(in));
        }
        for (int i = in.count(); i > 0; i--) {
            int sizeMs = Math.toIntExact(in.number());
            Window window = new Window(sizeMs, in.signed() * sizeMs * 1_000L);
            read.open.add(new Open(window, read.seen + in.signed()));
        }
        return read;
    }

    private static void writeTime(StateWriter out, long time) {
        out.octet(time == Kept.NONE ? 0 : 1);
        if (time != Kept.NONE) {
            out.signed(time);
        }
    }

    private static long readTime(StateReader in) {
        return in.octet() == 0 ? Kept.NONE : in.signed();
    }
}
