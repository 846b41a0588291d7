package io.headrace.bench.peer;

/** All values of one metric in one window. */
public final class Moments {
    public long count;
    public double min = Double.POSITIVE_INFINITY;
    public double max = Double.NEGATIVE_INFINITY;
    public double sum;
    public double mean;
    public double squares;
    public long firstAt = Long.MAX_VALUE;
    public double first;
    public long lastAt = Long.MIN_VALUE;
    public double last;

    void add(double value, long at) {
        count++;
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
        double before = value - mean;
        mean += before / count;
        squares += before * (value - mean);
        if (at < firstAt) {
            firstAt = at;
            first = value;
        }
        if (at >= lastAt) {
            lastAt = at;
            last = value;
        }
    }

    /** Mean and squares by Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm" (1979). */
    void add(Moments other) {
        if (other.count == 0) {
            return;
        }
        long both = count + other.count;
        double apart = other.mean - mean;
        squares += other.squares + apart * apart * count * other.count / both;
        mean += apart * other.count / both;
        count = both;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
        sum += other.sum;
        if (other.firstAt < firstAt) {
            firstAt = other.firstAt;
            first = other.first;
        }
        if (other.lastAt >= lastAt) {
            lastAt = other.lastAt;
            last = other.last;
        }
    }
}
