package io.headrace.streams.window.measure;

/**
 * Count, sum, mean, spread and extremes of values. Mean and variance by Welford's recurrence (Knuth, TAOCP 2, 4.2.2),
 * merged by Chan, Golub and LeVeque's formula (1979). Count, minimum, maximum and sum, and with the sum the mean, are
 * the same in any order and after any merge; the standard deviation is so but for rounding.
 *
 * <p>Every result is finite for finite values. Where the sum of squares leaves the range of doubles, which takes values
 * beyond {@code 1e150}, the standard deviation is given as its upper bound, {@code (max - min) / 2}.
 */
class Moments extends ExactSum {
    private long count;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double mean;
    /** Sum of squared distances from the mean. */
    private double squares;

    @Override
    void add(double value) {
        count++;
        min = Math.min(min, value);
        max = Math.max(max, value);
        super.add(value);
        double before = value - mean;
        mean += Double.isFinite(before) ? before / count : value / count - mean / count;
        squares += before * (value - mean);
    }

    void add(Moments other) {
        if (other.count == 0) {
            return;
        }
        double all = (double) count + other.count;
        double apart = other.mean - mean;
        double share = other.count / all;
        mean += Double.isFinite(apart) ? apart * share : other.mean * share - mean * share;
        squares += other.squares + apart * apart * count * share;
        count += other.count;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
        super.add((ExactSum) other);
    }

    long count() {
        return count;
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    /** Never outside minimum and maximum. */
    double mean() {
        return Math.clamp(isSaturated() ? mean : value() / count, min, max);
    }

    /** Of the population. */
    double deviation() {
        double spread = Math.sqrt(squares / count);
        return Double.isFinite(spread) ? spread : max / 2 - min / 2;
    }

    /** One value says all: half of the windows of a device that sends as often as they are long hold just one. */
    @Override
    void write(StateWriter out) {
        out.number(count);
        out.real(min);
        if (count > 1) {
            out.real(max);
            super.write(out);
            out.real(mean);
            out.real(squares);
        }
    }

    @Override
    void read(StateReader in) {
        long stored = in.number();
        double lowest = in.real();
        if (stored == 1) {
            add(lowest);
            return;
        }
        count = stored;
        min = lowest;
        max = in.real();
        super.read(in);
        mean = in.real();
        squares = in.real();
    }
}
