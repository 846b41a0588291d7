package io.headrace.streams.window.timeline;

import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.shape.Grid;
import io.headrace.streams.window.shape.Span;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.timeline.Track.Clocks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One device's time, or one group's: its watermark and the windows that are open. Decides which windows count a reading,
 * and which close; holds no values.
 *
 * <p>A device's watermark is the largest observation time so far; a reading whose clock was corrected doesn't move it. A
 * window closes when the watermark passes its end and grace; or when no reading was processed for the idle time; or when it
 * has been open for its own length, grace and idle time together, so that a device whose clock always has to be corrected
 * gets its results too. The last two are wall-clock time. A window that late values have opened again closes a short delay
 * after the first of them.
 *
 * <p>Event times are epoch microseconds, wall-clock times epoch milliseconds; the two are never compared.
 */
public final class Timeline {
    /** Version 1 had tumbling windows only. */
    private static final int VERSION = 2;

    private final List<Lane> lanes = new ArrayList<>(2);
    /** Of definitions that aren't configured any more. */
    private final List<Span> orphans = new ArrayList<>(0);

    private long watermark = Kept.NONE;
    /** Largest time of a corrected reading. */
    private long corrected = Kept.NONE;

    private long seen;

    /** Who will look at it in time; not stored. */
    private @Nullable Object watcher;

    /**
     * Takes a reading in.
     *
     * @param specs whose windows count it
     */
    public Step observe(Observation observation, List<WindowSpec> specs, long now, Waits waits) {
        Step step = new Step(isOfGroup(specs) ? Long.MAX_VALUE : Math.max(watermark, corrected));
        boolean isNews = specs.isEmpty();
        for (WindowSpec spec : specs) {
            Lane lane = lane(spec);
            boolean wasOpen = lane.track().observe(observation, clocks(), now, waits, step);
            isNews |= lane.willShow(now) || !wasOpen;
        }
        seen = now;
        long before = watermark;
        switch (observation.source()) {
            case OWN -> watermark = Math.max(watermark, observation.at());
            case CORRECTED -> corrected = Math.max(corrected, observation.at());
            case MEMBER -> {
                // the group's watermark is moved by advance
            }
        }
        moved(before, now, waits, step);
        if (isNews || step.isMore()) {
            unwatched();
        }
        return step;
    }

    /** A member's readings may be ahead of the group's watermark. */
    private static boolean isOfGroup(List<WindowSpec> specs) {
        return !specs.isEmpty() && specs.getFirst().groupBy().isPresent();
    }

    /** Moves the watermark, which never goes back. */
    public Step advance(long to, long now, Waits waits) {
        long before = watermark;
        watermark = Math.max(watermark, to);
        unwatched();
        return moved(before, now, waits, new Step(Long.MAX_VALUE));
    }

    private Step moved(long before, long now, Waits waits, Step step) {
        for (Lane lane : lanes) {
            lane.track().pass(before, clocks(), now, waits, step);
            lane.track().forget(clocks(), waits.keep(), step);
        }
        orphans.forEach(step::forget);
        orphans.clear();
        return step.sorted();
    }

    /** Opens a window again whose result another window's value has changed. */
    public void reopen(WindowSpec spec, long start, long now, Waits waits) {
        unwatched();
        lane(spec).track().reopen(start, clocks(), now, waits);
    }

    /** What is due by the wall clock. */
    public Step wake(WallTime time, Waits waits) {
        unwatched();
        Step step = new Step(Long.MAX_VALUE);
        boolean silent = time.from(seen) + waits.idleClose() <= time.now();
        boolean isOpen = false;
        for (Lane lane : lanes) {
            lane.track().wake(silent, time, waits, step);
            isOpen |= lane.track().isOpen();
            if (lane.showAt(time) <= time.now()) {
                lane.show(step);
            }
        }
        if (!isOpen && canRetire() && retiresAt(time, waits) <= time.now()) {
            lanes.forEach(lane -> lane.track().retire(clocks(), step));
        }
        return step.sorted();
    }

    /** Wall-clock time of the next {@link #wake}; {@link Long#MAX_VALUE} where there is nothing to wait for. */
    public long nextWake(WallTime time, Waits waits) {
        long next = Long.MAX_VALUE;
        boolean isOpen = false;
        for (Lane lane : lanes) {
            if (lane.track().isOpen()) {
                isOpen = true;
                next = Math.min(next, lane.track().nextDue(time, waits));
            }
            next = Math.min(next, lane.showAt(time));
        }
        if (isOpen) {
            return Math.min(next, time.from(seen) + waits.idleClose());
        }
        return canRetire() ? Math.min(next, retiresAt(time, waits)) : next;
    }

    /**
     * Whether somebody has been told of the next {@link #wake}, or of an earlier one, and is still to be trusted: nothing
     * has opened, closed or gone since, and where anything is open readings only put it off.
     */
    @SuppressWarnings("ReferenceEquality") // who it is, not what
    public boolean isWatched(Object by) {
        return watcher == by;
    }

    /** Notes that somebody will look at it at {@link #nextWake} or earlier. */
    public void watched(Object by) {
        watcher = by;
    }

    /** Whoever has promised to look has looked, or has to be told another time. */
    private void unwatched() {
        if (watcher != null) {
            watcher = null;
        }
    }

    /** Epoch microseconds; {@link Long#MIN_VALUE} where no clock has told a time yet. */
    public long watermark() {
        return watermark;
    }

    /** Whether there may be something that was observed later than an instant. */
    public boolean isBehind(long instant) {
        return watermark > instant || corrected > instant;
    }

    /** How far behind the device's time an observation is, in microseconds; never negative. */
    public long lateness(long observedAt) {
        long latest = Math.max(watermark, corrected);
        return latest == Kept.NONE ? 0 : Math.max(0, (watermark > observedAt ? watermark : latest) - observedAt);
    }

    private Lane lane(WindowSpec spec) {
        for (Lane lane : lanes) {
            if (lane.isOf(spec)) {
                return lane;
            }
        }
        Lane added = new Lane(Track.of(spec), 0);
        lanes.add(added);
        return added;
    }

    private Clocks clocks() {
        return new Clocks(watermark, corrected);
    }

    private long retiresAt(WallTime time, Waits waits) {
        return (seen > time.now() ? time.since() : seen) + waits.keep() / 1_000;
    }

    private boolean canRetire() {
        for (Lane lane : lanes) {
            if (lane.track().canRetire(clocks())) {
                return true;
            }
        }
        return false;
    }

    public void write(StateWriter out) {
        out.octet(VERSION);
        writeTime(out, watermark);
        writeTime(out, corrected);
        out.number(seen);
        out.number(lanes.size());
        for (Lane lane : lanes) {
            lane.write(out, seen);
        }
        out.number(orphans.size());
        orphans.forEach(span -> out.signed(span.id()));
    }

    /**
     * @param specs finds a definition by its id; null for one that isn't configured any more, whose windows are forgotten
     * @throws IllegalStateException where a later version of the program wrote it
     */
    public static Timeline read(StateReader in, LongFunction<@Nullable WindowSpec> specs) {
        int version = in.version(VERSION, "device timeline");
        Timeline read = new Timeline();
        read.watermark = readTime(in);
        read.corrected = readTime(in);
        read.seen = in.number();
        if (version == 1) {
            readTumbling(in, specs, read);
            return read;
        }
        for (int i = in.count(); i > 0; i--) {
            Lane.read(in, specs, read.seen, read.lanes, read.orphans);
        }
        for (int i = in.count(); i > 0; i--) {
            read.orphans.add(new Span(in.signed(), Long.MIN_VALUE, Long.MAX_VALUE));
        }
        return read;
    }

    /** As version 1 wrote it: what is kept of each size, then all open windows. */
    private static void readTumbling(StateReader in, LongFunction<@Nullable WindowSpec> specs, Timeline into) {
        List<GridTrack> tracks = new ArrayList<>();
        for (int i = in.count(); i > 0; i--) {
            long sizeMs = in.number();
            WindowSpec spec = Lane.plain(sizeMs, specs);
            GridTrack track = new GridTrack(spec, (Grid) spec.shape(), Kept.read(in, sizeMs, sizeMs * 1_000));
            tracks.add(track);
            into.lanes.add(new Lane(track, 0));
        }
        for (int i = in.count(); i > 0; i--) {
            long sizeMs = in.number();
            long start = in.signed() * sizeMs * 1_000;
            Stretch open = new Stretch(start, start + sizeMs * 1_000, into.seen + in.signed(), false);
            tracks.stream().filter(track -> track.spec().id() == sizeMs).forEach(track -> track.add(open));
        }
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
