package io.headrace.streams.window;

import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * All values of one metric of one device in one window. A fold: values are added one by one or as another accumulator,
 * and what comes out doesn't depend on their order, but for first and last of equal times and the rounding of the
 * standard deviation. It changes in place, because it is read from the store, given one value and written back for
 * every value that arrives. Owned by one thread.
 *
 * <p>Stored: some 40 bytes with one value; with several 100, and 2 to 3 more for each occupied bin of the sketch, some 150
 * in all for a sensor that stays within a tenth of its range.
 */
final class Accumulator {
    private static final int VERSION = 1;
    private static final int CHANGED = 1;

    private Moments moments = new Moments();
    private Sketch sketch = new Sketch();
    private long firstAt;
    private double first;
    private long lastAt;
    private double last;
    private Provenance latest = new Provenance(0, "");
    private int emitted;
    private boolean changed;

    /**
     * Counts a value.
     *
     * @param value finite
     * @param observedAt epoch microseconds
     */
    void add(double value, long observedAt, Provenance from) {
        boolean none = moments.count() == 0;
        if (none || observedAt < firstAt) {
            firstAt = observedAt;
            first = value;
        }
        if (none || observedAt >= lastAt) {
            lastAt = observedAt;
            last = value;
        }
        latest = none ? from : latest.later(from);
        moments.add(value);
        sketch.add(value);
        changed = true;
    }

    /** Counts all values of another accumulator, which arrived after all of this one's. */
    void add(Accumulator other) {
        if (other.moments.count() == 0) {
            return;
        }
        boolean none = moments.count() == 0;
        if (none || other.firstAt < firstAt) {
            firstAt = other.firstAt;
            first = other.first;
        }
        if (none || other.lastAt >= lastAt) {
            lastAt = other.lastAt;
            last = other.last;
        }
        latest = none ? other.latest : latest.later(other.latest);
        moments.add(other.moments);
        sketch.add(other.sketch);
        changed = true;
    }

    /** Whether it holds values that no revision has told yet. */
    boolean isChanged() {
        return changed;
    }

    /** Where the newest message came from that counts in it. */
    Provenance latest() {
        return latest;
    }

    /** The next revision; from now on this one is told. */
    WindowAggregate close(String device, String metric, Window window) {
        changed = false;
        return new WindowAggregate(
                device,
                metric,
                WindowKind.TUMBLING,
                instant(window.start()),
                instant(window.end()),
                emitted++,
                false,
                moments.count(),
                moments.min(),
                moments.max(),
                moments.sum(),
                moments.mean(),
                moments.deviation(),
                first,
                last,
                percentile(50),
                percentile(95),
                percentile(99),
                instant(latest.receivedAt()));
    }

    void write(StateWriter out, Window window) {
        out.octet(VERSION);
        out.octet(changed ? CHANGED : 0);
        out.number(emitted);
        out.number(latest.receivedAt());
        out.text(latest.origin());
        moments.write(out);
        out.number(firstAt - window.start());
        if (moments.count() > 1) {
            out.real(first);
            out.number(lastAt - firstAt);
            out.real(last);
            sketch.write(out);
        }
    }

    /** @throws IllegalStateException where another version of the program wrote it */
    static Accumulator read(StateReader in, Window window) {
        in.expectVersion(VERSION, "window accumulator");
        Accumulator read = new Accumulator();
        read.changed = in.octet() == CHANGED;
        read.emitted = (int) in.number();
        read.latest = new Provenance(in.number(), in.text());
        read.moments = Moments.read(in);
        read.firstAt = window.start() + in.number();
        if (read.moments.count() > 1) {
            read.first = in.real();
            read.lastAt = read.firstAt + in.number();
            read.last = in.real();
            read.sketch = Sketch.read(in);
        } else {
            read.first = read.moments.min();
            read.lastAt = read.firstAt;
            read.last = read.first;
            read.sketch.add(read.first);
        }
        return read;
    }

    /** The value at rank {@code floor(percent / 100 * (count - 1))}, never outside minimum and maximum. */
    private double percentile(int percent) {
        long highest = moments.count() - 1;
        long rank = highest / 100 * percent + highest % 100 * percent / 100;
        return Math.clamp(sketch.valueAt(rank), moments.min(), moments.max());
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
