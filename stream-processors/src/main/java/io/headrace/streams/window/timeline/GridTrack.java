package io.headrace.streams.window.timeline;

import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.shape.Grid;
import io.headrace.streams.window.shape.Span;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.shape.WindowSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows on a grid. Those of one pane are open one by one. Of those of several panes each value touches many: open
 * are at most two stretches, one of what the watermark hasn't passed and one of what late values have opened again.
 */
final class GridTrack implements Track {
    private final WindowSpec spec;
    private final Grid grid;
    private final Kept kept;
    private final List<Stretch> open = new ArrayList<>(2);
    /** Nothing is there of windows that start earlier; not stored, and {@link Kept#NONE} where it isn't known. */
    private long lowest = Kept.NONE;
    /** Start of a window of one pane that is open. What most readings need to know of a track is in the object itself. */
    private long current = Kept.NONE;
    /** Windows that are on time end no earlier. */
    private long firstEnd = Kept.NONE;

    /** What {@link Kept} has as its floor, or less. */
    private long floor = Kept.NONE;

    /** One of which nothing is there. */
    static GridTrack begun(WindowSpec spec, Grid grid) {
        GridTrack track = new GridTrack(spec, grid, new Kept(spec.id()));
        track.lowest = Long.MAX_VALUE;
        return track;
    }

    /** One that has been going on. */
    GridTrack(WindowSpec spec, Grid grid, Kept kept) {
        this.spec = spec;
        this.grid = grid;
        this.kept = kept;
    }

    @Override
    public WindowSpec spec() {
        return spec;
    }

    @Override
    public boolean observe(Observation seen, Clocks clocks, long now, Waits waits, Step step) {
        long pane = grid.pane(seen.at());
        boolean isAhead = seen.isCorrected() && pane > clocks.watermark();
        if (pane == current && !isAhead) {
            step.count(new Window(spec, pane, grid.next(pane)));
            return true;
        }
        if (isAhead ? kept.holdsAhead(pane) : kept.holds(pane)) {
            step.count(new Window(spec, pane, grid.next(pane)));
            lowest = Math.min(lowest, grid.earliest(pane));
            open(pane, clocks, now, waits);
        } else {
            step.miss(spec);
        }
        return false;
    }

    @Override
    public void reopen(long start, Clocks clocks, long now, Waits waits) {
        if (kept.holds(start)) {
            open(start, clocks, now, waits);
        }
    }

    private void open(long pane, Clocks clocks, long now, Waits waits) {
        if (!grid.isPaned()) {
            openOne(pane, grid.next(pane), clocks, now, waits);
            return;
        }
        long from = Math.max(grid.earliest(pane), kept.wholeFrom(pane));
        long to = grid.next(pane);
        long ahead = clocks.hasWatermark() ? grid.firstEndingFrom(clocks.watermark() - waits.grace() + 1) : from;
        if (from < ahead) {
            widen(new Stretch(from, Math.min(to, ahead), now + waits.lateDelay(), true));
        }
        if (to > ahead) {
            widen(new Stretch(Math.max(from, ahead), to, now + waits.longest(sizeMs()), false));
        }
    }

    private void openOne(long start, long end, Clocks clocks, long now, Waits waits) {
        for (Stretch each : open) {
            if (each.from() == start) {
                current = start;
                return;
            }
        }
        boolean isLate = waits.isPassed(end, clocks.watermark());
        long wait = isLate ? waits.lateDelay() : waits.longest(sizeMs());
        open.add(new Stretch(start, end, now + wait, isLate));
        current = start;
        firstEnd = Math.min(firstEnd, end);
    }

    private void widen(Stretch more) {
        for (int i = 0; i < open.size(); i++) {
            Stretch each = open.get(i);
            if (each.isLate() == more.isLate()) {
                open.set(i, each.widened(more.from(), more.to()));
                return;
            }
        }
        open.add(more);
    }

    @Override
    public void pass(long before, Clocks clocks, long now, Waits waits, Step step) {
        if (!clocks.hasWatermark() || clocks.watermark() == before || !waits.isPassed(firstEnd, clocks.watermark())) {
            return;
        }
        for (int i = open.size() - 1; i >= 0; i--) {
            Stretch each = open.get(i);
            if (each.isLate()) {
                continue;
            }
            if (grid.isPaned()) {
                passPart(i, each, clocks, now, waits, step);
            } else if (waits.isPassed(each.to(), clocks.watermark())) {
                close(i, step);
            }
        }
        firstEnd = grid.isPaned() ? Kept.NONE : firstEnd();
    }

    private long firstEnd() {
        long first = Long.MAX_VALUE;
        for (Stretch each : open) {
            first = each.isLate() ? first : Math.min(first, each.to());
        }
        return first;
    }

    private void passPart(int index, Stretch stretch, Clocks clocks, long now, Waits waits, Step step) {
        long ahead = grid.firstEndingFrom(clocks.watermark() - waits.grace() + 1);
        if (ahead >= stretch.to()) {
            close(index, step);
        } else if (ahead > stretch.from()) {
            step.close(new Window(spec, stretch.from(), ahead));
            // the rest is younger, unless it lies ahead of a clock that had to be corrected
            boolean isYounger = clocks.corrected() <= clocks.watermark();
            long closeBy = isYounger ? now + waits.longest(sizeMs()) : stretch.closeBy();
            open.set(index, new Stretch(ahead, stretch.to(), closeBy, false));
        }
    }

    @Override
    public void wake(boolean silent, WallTime time, Waits waits, Step step) {
        for (int i = open.size() - 1; i >= 0; i--) {
            if (silent || open.get(i).due(time, waits, sizeMs()) <= time.now()) {
                close(i, step);
            }
        }
    }

    private void close(int index, Step step) {
        Stretch closed = open.remove(index);
        current = closed.from() == current ? Kept.NONE : current;
        step.close(new Window(spec, closed.from(), closed.to()));
    }

    @Override
    public void show(Step step) {
        for (Stretch each : open) {
            step.show(new Window(spec, each.from(), each.to()));
        }
    }

    /** Kept are windows whose end is no further than {@code keep} behind. */
    @Override
    public void forget(Clocks clocks, long keep, Step step) {
        if (clocks.hasWatermark()) {
            raiseFloor(grid.firstEndingFrom(clocks.watermark() - keep), step);
        }
        if (clocks.hasCorrected()) {
            gone(kept.widenGap(ahead(clocks), grid.firstEndingFrom(clocks.corrected() - keep)), step);
        }
    }

    private void raiseFloor(long to, Step step) {
        if (to <= floor) {
            return;
        }
        floor = to;
        List<Span> spans = kept.raiseFloor(to);
        if (to > lowest) {
            gone(spans, step);
        }
    }

    private void gone(List<Span> spans, Step step) {
        for (Span span : spans) {
            for (int i = open.size() - 1; i >= 0; i--) {
                if (open.get(i).from() < span.to() && span.from() < open.get(i).to()) {
                    close(i, step);
                }
            }
            step.forget(span);
        }
    }

    private long ahead(Clocks clocks) {
        return clocks.hasWatermark() ? grid.next(grid.pane(clocks.watermark())) : Kept.NONE;
    }

    @Override
    public boolean canRetire(Clocks clocks) {
        return (clocks.hasWatermark() && kept.canRaiseFloor(newest(clocks)))
                || (clocks.hasCorrected() && kept.canWidenGap(ahead(clocks), grid.next(grid.pane(clocks.corrected()))));
    }

    @Override
    public void retire(Clocks clocks, Step step) {
        if (clocks.hasWatermark()) {
            raiseFloor(newest(clocks), step);
        }
        if (clocks.hasCorrected()) {
            gone(kept.widenGap(ahead(clocks), grid.next(grid.pane(clocks.corrected()))), step);
        }
    }

    private long newest(Clocks clocks) {
        return grid.earliest(grid.pane(clocks.watermark()));
    }

    @Override
    public boolean isOpen() {
        return !open.isEmpty();
    }

    @Override
    public long nextDue(WallTime time, Waits waits) {
        long next = Long.MAX_VALUE;
        for (Stretch each : open) {
            next = Math.min(next, each.due(time, waits, sizeMs()));
        }
        return next;
    }

    private long sizeMs() {
        return spec.shape().sizeMs();
    }

    /** One that an earlier version of the program left open. */
    void add(Stretch stretch) {
        open.add(stretch);
    }

    @Override
    public void write(StateWriter out, long seen) {
        kept.write(out, grid.unit());
        out.number(open.size());
        for (Stretch each : open) {
            each.write(out, seen, grid.unit());
        }
    }

    static GridTrack read(StateReader in, WindowSpec spec, Grid grid, long seen) {
        GridTrack track = new GridTrack(spec, grid, Kept.read(in, spec.id(), grid.unit()));
        for (int i = in.count(); i > 0; i--) {
            track.open.add(Stretch.read(in, seen, grid.unit()));
        }
        return track;
    }
}
