package io.headrace.streams.window.timeline;

import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.shape.Session;
import io.headrace.streams.window.shape.Span;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.timeline.Step.Move;
import java.util.ArrayList;
import java.util.List;

/**
 * Sessions of one definition, in the order of time. A reading begins one, or makes one longer, or joins two. Kept are they
 * by their ends, and of one device no more than {@value #MOST}: then the earliest goes as if its time had come.
 */
final class SessionTrack implements Track {
    static final int MOST = 1_000;

    private final WindowSpec spec;
    private final long gap;
    private final Kept kept;
    private final List<Stay> stays = new ArrayList<>(2);

    SessionTrack(WindowSpec spec, Session session, Kept kept) {
        this.spec = spec;
        this.gap = session.gap();
        this.kept = kept;
    }

    @Override
    public WindowSpec spec() {
        return spec;
    }

    @Override
    public boolean observe(Observation seen, Clocks clocks, long now, Waits waits, Step step) {
        long at = seen.at();
        int from = 0;
        while (from < stays.size() && stays.get(from).last() + gap < at) {
            from++;
        }
        int to = from;
        while (to < stays.size() && stays.get(to).first() - gap <= at) {
            to++;
        }
        List<Stay> joined = stays.subList(from, to);
        long first = joined.isEmpty() ? at : Math.min(at, joined.getFirst().first());
        long last = joined.isEmpty() ? at : Math.max(at, joined.getLast().last());
        boolean isAhead = seen.isCorrected() && at > clocks.watermark();
        if (!(isAhead ? kept.holdsAhead(last + gap) : kept.holds(last + gap))) {
            step.miss(spec);
            return false;
        }
        Window window = window(first, last);
        for (Stay each : joined) {
            if (each.first() != first) {
                step.move(new Move(window(each), window));
            }
        }
        Stay whole = open(first, last, joined, clocks, now, waits);
        joined.clear();
        stays.add(from, whole);
        step.count(window);
        bound(clocks, step);
        return false;
    }

    private Stay open(long first, long last, List<Stay> joined, Clocks clocks, long now, Waits waits) {
        if (!waits.isPassed(last + gap, clocks.watermark())) {
            return new Stay(first, last, true, now + waits.longest(spec.shape().sizeMs()), false);
        }
        long closeBy = now + waits.lateDelay();
        for (Stay each : joined) {
            closeBy = each.isOpen() ? Math.min(closeBy, each.closeBy()) : closeBy;
        }
        return new Stay(first, last, true, closeBy, true);
    }

    private void bound(Clocks clocks, Step step) {
        if (stays.size() <= MOST) {
            return;
        }
        Stay earliest = stays.getFirst();
        if (earliest.last() <= clocks.watermark()) {
            gone(kept.raiseFloor(earliest.last() + gap + 1), step);
        } else {
            gone(stays.removeFirst(), step);
        }
    }

    @Override
    public void reopen(long start, Clocks clocks, long now, Waits waits) {
        for (int i = 0; i < stays.size(); i++) {
            Stay each = stays.get(i);
            if (each.first() == start && !each.isOpen()) {
                stays.set(i, open(each.first(), each.last(), List.of(), clocks, now, waits));
            }
        }
    }

    @Override
    public void pass(long before, Clocks clocks, long now, Waits waits, Step step) {
        if (!clocks.hasWatermark() || clocks.watermark() == before) {
            return;
        }
        for (int i = 0; i < stays.size(); i++) {
            Stay each = stays.get(i);
            if (each.isOpen() && !each.isLate() && waits.isPassed(each.last() + gap, clocks.watermark())) {
                close(i, step);
            }
        }
    }

    @Override
    public void wake(boolean silent, WallTime time, Waits waits, Step step) {
        for (int i = 0; i < stays.size(); i++) {
            if (stays.get(i).isOpen() && (silent || due(stays.get(i), time, waits) <= time.now())) {
                close(i, step);
            }
        }
    }

    private void close(int index, Step step) {
        step.close(window(stays.get(index)));
        stays.set(index, stays.get(index).closed());
    }

    @Override
    public void show(Step step) {
        for (Stay each : stays) {
            if (each.isOpen()) {
                step.show(window(each));
            }
        }
    }

    /** Kept are sessions whose end is no further than {@code keep} behind. */
    @Override
    public void forget(Clocks clocks, long keep, Step step) {
        if (clocks.hasWatermark()) {
            gone(kept.raiseFloor(clocks.watermark() - keep), step);
        }
        if (clocks.hasCorrected()) {
            gone(kept.widenGap(ahead(clocks), clocks.corrected() - keep), step);
        }
    }

    private void gone(List<Span> ends, Step step) {
        for (Span span : ends) {
            for (int i = stays.size() - 1; i >= 0; i--) {
                if (span.holds(spec.id(), stays.get(i).last() + gap)) {
                    gone(stays.remove(i), step);
                }
            }
        }
    }

    private void gone(Stay stay, Step step) {
        if (stay.isOpen()) {
            step.close(window(stay));
        }
        step.forget(new Span(spec.id(), stay.first(), stay.first() + 1));
    }

    /** First end of a session whose last reading is ahead of the watermark. */
    private long ahead(Clocks clocks) {
        return clocks.hasWatermark() ? clocks.watermark() + gap + 1 : Kept.NONE;
    }

    @Override
    public boolean canRetire(Clocks clocks) {
        return (clocks.hasWatermark() && kept.canRaiseFloor(clocks.watermark()))
                || (clocks.hasCorrected() && kept.canWidenGap(ahead(clocks), clocks.corrected()));
    }

    @Override
    public void retire(Clocks clocks, Step step) {
        if (clocks.hasWatermark()) {
            gone(kept.raiseFloor(clocks.watermark()), step);
        }
        if (clocks.hasCorrected()) {
            gone(kept.widenGap(ahead(clocks), clocks.corrected()), step);
        }
    }

    @Override
    public boolean isOpen() {
        for (Stay each : stays) {
            if (each.isOpen()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long nextDue(WallTime time, Waits waits) {
        long next = Long.MAX_VALUE;
        for (Stay each : stays) {
            next = each.isOpen() ? Math.min(next, due(each, time, waits)) : next;
        }
        return next;
    }

    private long due(Stay stay, WallTime time, Waits waits) {
        return time.due(stay.closeBy(), waits.longest(spec.shape().sizeMs()), waits.idleClose());
    }

    private Window window(Stay stay) {
        return window(stay.first(), stay.last());
    }

    private Window window(long first, long last) {
        return new Window(spec, first, last + gap);
    }

    @Override
    public void write(StateWriter out, long seen) {
        kept.write(out, 1);
        out.number(stays.size());
        long before = 0;
        for (Stay each : stays) {
            out.signed(each.first() - before);
            out.number((each.last() - each.first()) * 4 + (each.isOpen() ? 1 : 0) + (each.isLate() ? 2 : 0));
            if (each.isOpen()) {
                out.signed(each.closeBy() - seen);
            }
            before = each.last();
        }
    }

    static SessionTrack read(StateReader in, WindowSpec spec, Session session, long seen) {
        SessionTrack track = new SessionTrack(spec, session, Kept.read(in, spec.id(), 1));
        long before = 0;
        for (int i = in.count(); i > 0; i--) {
            long first = before + in.signed();
            long rest = in.number();
            long last = first + rest / 4;
            boolean isOpen = (rest & 1) != 0;
            long closeBy = isOpen ? seen + in.signed() : 0;
            track.stays.add(new Stay(first, last, isOpen, closeBy, (rest & 2) != 0));
            before = last;
        }
        return track;
    }
}
