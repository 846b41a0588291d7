package io.headrace.streams.window.measure;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sum of doubles as if added with unlimited precision and rounded once, so that neither the order of the values nor a
 * merge shows in it. Kept as parts that don't overlap (J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic,
 * 1997, Grow-Expansion): one to three for values of one sensor, about forty at the very most.
 *
 * <p>A sum beyond the range of doubles sticks at {@link Double#MAX_VALUE} with its sign: never infinite, never NaN.
 *
 * <p>Not final so that what goes with a sum can be in one object with it: of ten thousand devices' values none is in the
 * processor's own caches, and each object is a wait for memory. For the same reason the first parts are in no array.
 */
class ExactSum {
    private static final int INSIDE = 3;

    private double part0;
    private double part1;
    private double part2;
    private double @Nullable [] more;
    private int size;
    private boolean saturated;

    /** @param value finite */
    void add(double value) {
        grow(value);
    }

    private void grow(double value) {
        if (saturated) {
            return;
        }
        double carry = value;
        int kept = 0;
        for (int i = 0; i < size; i++) {
            double part = part(i);
            double sum = carry + part;
            double larger = Math.abs(carry) < Math.abs(part) ? part : carry;
            double smaller = Math.abs(carry) < Math.abs(part) ? carry : part;
            double lost = smaller - (sum - larger);
            if (lost != 0) {
                set(kept++, lost);
            }
            carry = sum;
        }
        if (Double.isFinite(carry)) {
            set(kept, carry);
            size = kept + 1;
        } else {
            saturate(carry);
        }
    }

    void add(ExactSum other) {
        if (other.saturated) {
            saturate(other.part0);
        }
        for (int i = 0; i < other.size; i++) {
            grow(other.part(i));
        }
    }

    /** The exact sum, rounded to the nearest double. */
    double value() {
        if (size == 0) {
            return 0;
        }
        int i = size - 1;
        double sum = part(i);
        double lost = 0;
        while (i > 0 && lost == 0) {
            double before = sum;
            double part = part(--i);
            sum = before + part;
            lost = part - (sum - before);
        }
        if (i > 0 && lost != 0 && Math.signum(lost) == Math.signum(part(i - 1))) {
            // exactly half way so far, and a smaller part breaks the tie the other way
            double twice = lost * 2;
            double away = sum + twice;
            if (away - sum == twice) {
                sum = away;
            }
        }
        return Math.clamp(sum, -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    /** Whether the sum has left the range of doubles. */
    boolean isSaturated() {
        return saturated;
    }

    void write(StateWriter out) {
        out.number(size * 2L + (saturated ? 1 : 0));
        for (int i = 0; i < size; i++) {
            out.real(part(i));
        }
    }

    /** In place of what is there. */
    void read(StateReader in) {
        int header = in.count();
        saturated = (header & 1) == 1;
        size = header >>> 1;
        for (int i = 0; i < size; i++) {
            set(i, in.real());
        }
    }

    private double part(int index) {
        return switch (index) {
            case 0 -> part0;
            case 1 -> part1;
            case 2 -> part2;
            default -> Objects.requireNonNull(more)[index - INSIDE];
        };
    }

    private void set(int index, double part) {
        switch (index) {
            case 0 -> part0 = part;
            case 1 -> part1 = part;
            case 2 -> part2 = part;
            default -> room(index - INSIDE)[index - INSIDE] = part;
        }
    }

    private double[] room(int index) {
        double[] there = more;
        if (there == null || index == there.length) {
            there = there == null ? new double[INSIDE] : Arrays.copyOf(there, index * 2);
            more = there;
        }
        return there;
    }

    private void saturate(double sign) {
        saturated = true;
        part0 = Math.copySign(Double.MAX_VALUE, sign);
        size = 1;
    }
}
