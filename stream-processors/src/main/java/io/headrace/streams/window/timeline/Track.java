package io.headrace.streams.window.timeline;

import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.shape.Grid;
import io.headrace.streams.window.shape.Session;
import io.headrace.streams.window.shape.WindowSpec;

/**
 * The windows of one definition on one timeline: which are open, which are still kept. What is to happen goes into a
 * {@link Step}.
 */
sealed interface Track permits GridTrack, SessionTrack {
    static Track of(WindowSpec spec) {
        return switch (spec.shape()) {
            case Grid grid -> GridTrack.begun(spec, grid);
            case Session session -> new SessionTrack(spec, session, new Kept(spec.id()));
        };
    }

    WindowSpec spec();

    /**
     * Takes a reading that its windows count, or says that they are no longer kept.
     *
     * @return whether the window was open already, so that there is nothing more to wait for
     */
    boolean observe(Observation seen, Clocks clocks, long now, Waits waits, Step step);

    /** Opens the window that starts there again: a value outside of it has changed its result. */
    void reopen(long start, Clocks clocks, long now, Waits waits);

    /** Forgets what is further behind than windows are kept, closing it first. */
    void forget(Clocks clocks, long keep, Step step);

    /** Closes what the watermark has passed since it was at {@code before}. */
    void pass(long before, Clocks clocks, long now, Waits waits, Step step);

    /** Closes what is due by the wall clock. */
    void wake(boolean silent, WallTime time, Waits waits, Step step);

    /** Gives provisional results of what is open. */
    void show(Step step);

    boolean isOpen();

    /** Wall-clock time at which something that is open closes at the latest; {@link Long#MAX_VALUE} where nothing is. */
    long nextDue(WallTime time, Waits waits);

    /** Whether a device long silent has more than it will go on with. */
    boolean canRetire(Clocks clocks);

    /** Leaves the device the newest window, where it will go on when it comes back. */
    void retire(Clocks clocks, Step step);

    /** @param seen wall-clock time that others are stored relative to */
    void write(StateWriter out, long seen);

    /**
     * A timeline's event times, epoch microseconds; {@link Kept#NONE} for none.
     *
     * @param corrected largest time of a corrected reading
     */
    record Clocks(long watermark, long corrected) {
        boolean hasWatermark() {
            return watermark != Kept.NONE;
        }

        boolean hasCorrected() {
            return corrected != Kept.NONE;
        }
    }
}
