package io.headrace.streams.window.measure;

import io.headrace.record.WindowAggregate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * All values of one metric of one device in one window, or in a part of one. A fold: values are added one by one or as
 * another accumulator, and what comes out doesn't depend on their order, but for first and last of equal times and the
 * rounding of the standard deviation. It changes in place, because it is read from the store, given one value and written
 * back for every value that arrives. Owned by one thread.
 *
 * <p>Stored: some 40 bytes with one value; with several 110, and 2 to 3 more for each occupied bin of the sketch, some 160
 * in all for a sensor that stays within a tenth of its range; of a counter 13 more for each sample, at most 256 of them.
 */
public final class Accumulator {
    /** Version 1 had neither slots nor counters, version 2 not how many values the last revision had told. */
    private static final int VERSION = 3;

    private static final long UNKNOWN = -1;

    private static final int CHANGED = 1;
    private static final int UNSEEN = 2;
    private static final int COUNTER = 4;
    private static final int REBASED = 8;

    private Ends values = new Ends();
    private Sketch sketch = new Sketch();
    private @Nullable Course course;
    private Latest latest = new Latest();
    /** One bit for each slot of its cell with a value; none where an earlier version of the program counted it. */
    private long heard;

    private int emitted;
    /** Values that the last revision has told, and that it told as the first; {@link #UNKNOWN} where that isn't known. */
    private long toldValues;

    private long newlyTold = UNKNOWN;
    private long rebased;
    private boolean changed;
    private boolean unseen;

    /** One for a counter, whose increase is reckoned beside all else. */
    public static Accumulator ofCounter() {
        Accumulator accumulator = new Accumulator();
        accumulator.course = new Course();
        return accumulator;
    }

    /**
     * Counts a value.
     *
     * @param value finite
     * @param observedAt epoch microseconds
     */
    public void add(double value, long observedAt, Provenance from, Cell cell) {
        values.add(value, observedAt);
        latest.add(from);
        sketch.add(value);
        heard |= 1L << cell.slotOf(observedAt);
        if (course != null) {
            course.add(observedAt, value);
        }
        touch();
    }

    /**
     * Counts all values of another accumulator, which arrived after all of this one's. Of counters the other's were
     * observed later too, or all earlier.
     */
    public void add(Accumulator other) {
        if (other.isEmpty()) {
            return;
        }
        append(other, isEmpty());
        values.add(other.values);
        latest.add(other.latest);
        sketch.add(other.sketch);
        heard |= other.heard;
        emitted = Math.max(emitted, other.emitted);
        toldValues = UNKNOWN;
        rebased += other.rebased;
        touch();
    }

    private void append(Accumulator other, boolean none) {
        Course theirs = other.course;
        Course ours = course;
        if (theirs != null && none) {
            course = new Course();
            course.append(theirs);
        } else if (theirs == null || ours == null) {
            return;
        } else if (other.firstAt() >= firstAt()) {
            ours.append(theirs);
        } else {
            theirs.append(ours);
            course = theirs;
        }
    }

    /** Says of a counter what its last sample before this window is. */
    public void base(long at, double value) {
        if (course != null) {
            course.base(at, value);
            rebased++;
            touch();
        }
    }

    private void touch() {
        changed = true;
        unseen = true;
    }

    public boolean isEmpty() {
        return values.count() == 0;
    }

    public boolean isCounter() {
        return course != null;
    }

    /** Whether it holds values that no revision has told yet. */
    public boolean isChanged() {
        return changed;
    }

    /** Whether it holds values that neither a revision nor a provisional result has told yet. */
    public boolean isUnseen() {
        return unseen;
    }

    /** Grows with every change, and by merging as the sum of both: a count of what has been put in. */
    public long edits() {
        return values.count() + rebased;
    }

    public long count() {
        return values.count();
    }

    /** Epoch microseconds; undefined while empty. */
    public long firstAt() {
        return values.firstAt();
    }

    /** Epoch microseconds; undefined while empty. */
    public long lastAt() {
        return values.lastAt();
    }

    public double last() {
        return values.last();
    }

    /** Where the newest message came from that counts in it. */
    public Provenance latest() {
        return latest.provenance();
    }

    /** How many revisions it has told. */
    public int told() {
        return emitted;
    }

    /** How many values the revision that was just told counts that no earlier one did; empty where that isn't known. */
    public OptionalLong newlyTold() {
        return newlyTold == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(newlyTold);
    }

    /** Number of the next revision; from now on this one is told. */
    public int tell() {
        newlyTold = toldValues == UNKNOWN ? UNKNOWN : values.count() - toldValues;
        toldValues = values.count();
        changed = false;
        unseen = false;
        return emitted++;
    }

    /** As if nothing had been told since the last change; number of the revision to come. */
    public int show() {
        unseen = false;
        return emitted;
    }

    /** Says when there were values. False where it isn't known: an earlier version of the program counted some. */
    public boolean cover(Coverage coverage, Cell cell) {
        if (heard == 0) {
            return false;
        }
        if (cell.slot() == 0) {
            coverage.hear(firstAt(), lastAt() + 1);
            return true;
        }
        for (long rest = heard; rest != 0; rest &= rest - 1) {
            long from = cell.start() + Long.numberOfTrailingZeros(rest) * cell.slot();
            coverage.hear(from, from + cell.slot());
        }
        return true;
    }

    /** Sets all numbers of an aggregate that come of the values. */
    public void fill(WindowAggregate aggregate) {
        aggregate.setCount(values.count());
        aggregate.setMin(values.min());
        aggregate.setMax(values.max());
        aggregate.setSum(values.value());
        aggregate.setMean(values.mean());
        aggregate.setStddev(values.deviation());
        aggregate.setFirst(values.first());
        aggregate.setLast(values.last());
        aggregate.setP50(percentile(50));
        aggregate.setP95(percentile(95));
        aggregate.setP99(percentile(99));
        aggregate.setReceivedAt(Instant.EPOCH.plus(latest.receivedAt(), ChronoUnit.MICROS));
        if (course != null) {
            double increase = course.increase();
            long reckoned = lastAt() - course.since();
            aggregate.setIncrease(increase);
            aggregate.setRate(reckoned > 0 ? increase * 1e6 / reckoned : null);
        }
    }

    public void write(StateWriter out, Cell cell) {
        out.octet(VERSION);
        out.octet((changed ? CHANGED : 0)
                | (unseen ? UNSEEN : 0)
                | (course != null ? COUNTER : 0)
                | (rebased > 0 ? REBASED : 0));
        out.number(emitted);
        if (emitted > 0) {
            out.number(toldValues + 1);
        }
        latest.write(out);
        values.write(out, cell.start());
        if (values.count() > 1) {
            sketch.write(out);
            out.number(heard);
        }
        if (rebased > 0) {
            out.number(rebased);
        }
        if (course != null) {
            course.write(out, cell.start());
        }
    }

    /** @throws IllegalStateException where a later version of the program wrote it */
    public static Accumulator read(StateReader in, Cell cell) {
        int version = in.version(VERSION, "window accumulator");
        Accumulator read = new Accumulator();
        int flags = in.octet();
        read.changed = (flags & CHANGED) != 0;
        read.unseen = (flags & UNSEEN) != 0;
        read.emitted = (int) in.number();
        if (read.emitted > 0) {
            read.toldValues = version > 2 ? in.number() - 1 : UNKNOWN;
        }
        read.latest = Latest.read(in);
        read.values = Ends.read(in, cell.start());
        if (read.values.count() > 1) {
            read.sketch = Sketch.read(in);
            read.heard = version > 1 ? in.number() : 0;
        } else {
            read.sketch.add(read.values.min());
            read.heard = version > 1 ? 1L << cell.slotOf(read.firstAt()) : 0;
        }
        read.rebased = (flags & REBASED) != 0 ? in.number() : 0;
        read.course = (flags & COUNTER) != 0 ? Course.read(in, cell.start()) : null;
        return read;
    }

    /** The value at rank {@code floor(percent / 100 * (count - 1))}, never outside minimum and maximum. */
    private double percentile(int percent) {
        long highest = values.count() - 1;
        long rank = highest / 100 * percent + highest % 100 * percent / 100;
        return Math.clamp(sketch.valueAt(rank), values.min(), values.max());
    }
}
