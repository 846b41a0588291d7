package io.headrace.streams.rules.course;

/** The last values of one metric, oldest first. Out of order, older ones are left out. */
final class Trail {
    static final int LENGTH = 8;

    final long[] times = new long[LENGTH];
    final double[] values = new double[LENGTH];
    /** How many there ever were; only the last {@link #LENGTH} of them are kept. */
    int count;

    void add(long at, double value) {
        if (count > 0 && at < times[(count - 1) % LENGTH]) {
            return;
        }
        times[count % LENGTH] = at;
        values[count % LENGTH] = value;
        // stays what it is modulo the length
        count = count + 1 == Integer.MAX_VALUE - LENGTH ? LENGTH + (count + 1) % LENGTH : count + 1;
    }

    int size() {
        return Math.min(count, LENGTH);
    }

    /** Index in the arrays of the n-th oldest. */
    int index(int oldest) {
        return (count - size() + oldest) % LENGTH;
    }
}
