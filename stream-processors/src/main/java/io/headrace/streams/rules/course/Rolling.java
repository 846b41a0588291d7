package io.headrace.streams.rules.course;

import io.headrace.condition.WindowUse;

/**
 * The values of a metric over the last stretch of event time, to a thirtieth of it: that many parts slide, and the window
 * reaches back over the last 30 of them, the running one included. Values out of order count where they belong.
 */
final class Rolling {
    static final int PARTS = 30;

    final long partMicros;
    /** Number of the part from the epoch on, of what is at its place. */
    final long[] parts = new long[PARTS];

    final long[] counts = new long[PARTS];
    final double[] sums = new double[PARTS];
    final double[] least = new double[PARTS];
    final double[] most = new double[PARTS];

    Rolling(long sizeMicros) {
        partMicros = Math.max(1, sizeMicros / PARTS);
    }

    void add(long at, double value) {
        long part = Math.floorDiv(at, partMicros);
        int place = (int) Math.floorMod(part, (long) PARTS);
        if (counts[place] > 0 && parts[place] > part) {
            return;
        }
        if (counts[place] == 0 || parts[place] != part) {
            parts[place] = part;
            counts[place] = 0;
            sums[place] = 0;
            least[place] = Double.POSITIVE_INFINITY;
            most[place] = Double.NEGATIVE_INFINITY;
        }
        counts[place]++;
        sums[place] += value;
        least[place] = Math.min(least[place], value);
        most[place] = Math.max(most[place], value);
    }

    /** What the window up to a time holds; NaN where it holds nothing. */
    double of(WindowUse.Function function, long at) {
        long last = Math.floorDiv(at, partMicros);
        long count = 0;
        double sum = 0;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (int place = 0; place < PARTS; place++) {
            if (counts[place] > 0 && parts[place] > last - PARTS && parts[place] <= last) {
                count += counts[place];
                sum += sums[place];
                min = Math.min(min, least[place]);
                max = Math.max(max, most[place]);
            }
        }
        if (count == 0) {
            return Double.NaN;
        }
        return switch (function) {
            case COUNT -> count;
            case SUM -> sum;
            case MIN -> min;
            case MAX -> max;
            case MEAN -> sum / count;
        };
    }
}
