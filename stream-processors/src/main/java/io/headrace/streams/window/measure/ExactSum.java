package io.headrace.streams.window.measure;

import java.util.Arrays;

/**
 * Sum of doubles as if added with unlimited precision and rounded once, so that neither the order of the values nor a
 * merge shows in it. Kept as parts that don't overlap (J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic,
 * 1997, Grow-Expansion): one to three for values of one sensor, about forty at the very most.
 *
 * <p>A sum beyond the range of doubles sticks at {@link Double#MAX_VALUE} with its sign: never infinite, never NaN.
 */
final class ExactSum {
    private double[] parts = new double[2];
    private int size;
    private boolean saturated;

    /** @param value finite */
    void add(double value) {
        if (saturated) {
            return;
        }
        double carry = value;
        int kept = 0;
        for (int i = 0; i < size; i++) {
            double part = parts[i];
            double sum = carry + part;
            double larger = Math.abs(carry) < Math.abs(part) ? part : carry;
            double smaller = Math.abs(carry) < Math.abs(part) ? carry : part;
            double lost = smaller - (sum - larger);
            if (lost != 0) {
                parts[kept++] = lost;
            }
            carry = sum;
        }
        if (Double.isFinite(carry)) {
            push(kept, carry);
        } else {
            saturate(carry);
        }
    }

    void add(ExactSum other) {
        if (other.saturated) {
            saturate(other.parts[0]);
        }
        for (int i = 0; i < other.size; i++) {
            add(other.parts[i]);
        }
    }

    /** The exact sum, rounded to the nearest double. */
    double value() {
        if (size == 0) {
            return 0;
        }
        int i = size - 1;
        double sum = parts[i];
        double lost = 0;
        while (i > 0 && lost == 0) {
            double before = sum;
            double part = parts[--i];
            sum = before + part;
            lost = part - (sum - before);
        }
        if (i > 0 && lost != 0 && Math.signum(lost) == Math.signum(parts[i - 1])) {
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
            out.real(parts[i]);
        }
    }

    static ExactSum read(StateReader in) {
        ExactSum sum = new ExactSum();
        int header = in.count();
        sum.saturated = (header & 1) == 1;
        sum.size = header >>> 1;
        sum.parts = new double[sum.size + 2];
        for (int i = 0; i < sum.size; i++) {
            sum.parts[i] = in.real();
        }
        return sum;
    }

    private void push(int kept, double part) {
        if (kept == parts.length) {
            parts = Arrays.copyOf(parts, kept * 2);
        }
        parts[kept] = part;
        size = kept + 1;
    }

    private void saturate(double sign) {
        saturated = true;
        parts[0] = Math.copySign(Double.MAX_VALUE, sign);
        size = 1;
    }
}
