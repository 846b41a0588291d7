package io.headrace.streams.window.measure;

import java.util.Arrays;

/**
 * The course of a counter through one window: by how much it rose, where a fall is a reset and what it has risen to since
 * is the rise. Each step between two samples belongs to the window of the later one, so that the increases of adjacent
 * windows add up to the whole, and none is lost on a border: {@link #base} is the last sample before the window.
 *
 * <p>Samples may come in any order. At most {@value #MOST} are kept: then those that lie on a rise between two others are
 * left out, which changes nothing but for a sample that comes later still, belongs between them, and is higher or lower
 * than both; and of a counter that is reset more often than that, the earliest are summed up, and what comes later and belongs among them
 * is passed over. Owned by one thread.
 */
final class Course {
    static final int MOST = 256;

    private long[] at = new long[4];
    private double[] value = new double[4];
    private int size;
    private boolean hasBase;
    private long baseAt;
    private double base;
    /** Whether the earliest samples were summed up: from {@code first} on to {@code joint}, between them {@code settled}. */
    private boolean isFolded;

    private long firstAt;
    private double first;
    private double joint;
    private double settled;

    /** @param time epoch microseconds */
    void add(long time, double sample) {
        int index = size;
        while (index > 0 && at[index - 1] > time) {
            index--;
        }
        if (isFolded && index == 0) {
            return;
        }
        if (size == at.length) {
            at = Arrays.copyOf(at, size * 2);
            value = Arrays.copyOf(value, size * 2);
        }
        System.arraycopy(at, index, at, index + 1, size - index);
        System.arraycopy(value, index, value, index + 1, size - index);
        at[index] = time;
        value[index] = sample;
        size++;
        if (size > MOST) {
            thin();
        }
    }

    /** Says what the last sample before the window is. */
    void base(long time, double sample) {
        hasBase = true;
        baseAt = time;
        base = sample;
    }

    /** Takes the course of what comes after, none of whose samples is earlier than any of these. */
    void append(Course later) {
        if (size == 0) {
            copy(later);
        } else if (later.isFolded) {
            settled = riseInside() + rise(value[size - 1], later.first) + later.settled;
            firstAt = firstAt();
            first = first();
            joint = later.joint;
            isFolded = true;
            copySamples(later);
        } else {
            for (int i = 0; i < later.size; i++) {
                add(later.at[i], later.value[i]);
            }
        }
    }

    double increase() {
        double sum = riseInside() + (hasBase ? rise(base, first()) : 0);
        return Double.isFinite(sum) ? sum : Double.MAX_VALUE;
    }

    /** From the first sample on. */
    private double riseInside() {
        double sum = settled;
        double before = isFolded ? joint : value[0];
        for (int i = 0; i < size; i++) {
            sum += rise(before, value[i]);
            before = value[i];
        }
        return sum;
    }

    /** Epoch microseconds from which on {@link #increase} is reckoned. */
    long since() {
        return hasBase ? baseAt : firstAt();
    }

    private long firstAt() {
        return isFolded ? firstAt : at[0];
    }

    private double first() {
        return isFolded ? first : value[0];
    }

    private static double rise(double before, double after) {
        return after >= before ? after - before : after;
    }

    /** Makes room among the older half. */
    private void thin() {
        int half = size / 2;
        int kept = 1;
        for (int i = 1; i < size; i++) {
            boolean isOnRise = i < half && value[kept - 1] <= value[i] && value[i] <= value[i + 1];
            if (!isOnRise) {
                at[kept] = at[i];
                value[kept] = value[i];
                kept++;
            }
        }
        size = kept;
        if (size > MOST * 3 / 4) {
            fold(size / 4);
        }
    }

    private void fold(int count) {
        firstAt = firstAt();
        first = first();
        double before = isFolded ? joint : value[0];
        for (int i = 0; i < count; i++) {
            settled += rise(before, value[i]);
            before = value[i];
        }
        joint = before;
        isFolded = true;
        System.arraycopy(at, count, at, 0, size - count);
        System.arraycopy(value, count, value, 0, size - count);
        size -= count;
    }

    private void copy(Course other) {
        copySamples(other);
        hasBase = other.hasBase;
        baseAt = other.baseAt;
        base = other.base;
        isFolded = other.isFolded;
        firstAt = other.firstAt;
        first = other.first;
        joint = other.joint;
        settled = other.settled;
    }

    private void copySamples(Course other) {
        size = other.size;
        at = Arrays.copyOf(other.at, Math.max(size, 4));
        value = Arrays.copyOf(other.value, Math.max(size, 4));
    }

    void write(StateWriter out, long start) {
        out.octet((hasBase ? 1 : 0) | (isFolded ? 2 : 0));
        if (hasBase) {
            out.signed(baseAt - start);
            out.real(base);
        }
        if (isFolded) {
            out.signed(firstAt - start);
            out.real(first);
            out.real(joint);
            out.real(settled);
        }
        out.number(size);
        long before = start;
        for (int i = 0; i < size; i++) {
            out.signed(at[i] - before);
            out.real(value[i]);
            before = at[i];
        }
    }

    static Course read(StateReader in, long start) {
        Course read = new Course();
        int flags = in.octet();
        read.hasBase = (flags & 1) != 0;
        read.isFolded = (flags & 2) != 0;
        if (read.hasBase) {
            read.baseAt = start + in.signed();
            read.base = in.real();
        }
        if (read.isFolded) {
            read.firstAt = start + in.signed();
            read.first = in.real();
            read.joint = in.real();
            read.settled = in.real();
        }
        read.size = in.count();
        read.at = new long[Math.max(read.size, 4)];
        read.value = new double[Math.max(read.size, 4)];
        long before = start;
        for (int i = 0; i < read.size; i++) {
            before += in.signed();
            read.at[i] = before;
            read.value[i] = in.real();
        }
        return read;
    }
}
