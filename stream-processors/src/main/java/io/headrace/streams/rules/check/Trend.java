package io.headrace.streams.rules.check;

import java.util.Arrays;

/**
 * A straight line through points, as Theil and Sen draw it: its slope is the median of those between all pairs, which a
 * third of wild values can't move. The interval of the slope is Sen's (P. K. Sen, 1968), for 95 %: it holds for
 * values whose errors don't depend on each other.
 *
 * @param slope per unit of time
 * @param least of the interval
 * @param most of the interval
 * @param level at time 0
 */
record Trend(double slope, double least, double most, double level) {
    private static final double NORMAL_95 = 1.959964;

    /**
     * @param times of the points, different from each other
     * @param count how many of both arrays are points: 3 or more
     */
    static Trend of(double[] times, double[] values, int count) {
        double[] slopes = new double[count * (count - 1) / 2];
        int pairs = 0;
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                slopes[pairs++] = (values[j] - values[i]) / (times[j] - times[i]);
            }
        }
        Arrays.sort(slopes);
        double slope = median(slopes);
        double spread = NORMAL_95 * Math.sqrt(count * (count - 1.0) * (2 * count + 5) / 18);
        int lower = (int) Math.max(0, Math.floor((pairs - spread) / 2) - 1);
        int upper = (int) Math.min(pairs - 1.0, Math.ceil((pairs + spread) / 2));
        double[] levels = new double[count];
        for (int i = 0; i < count; i++) {
            levels[i] = values[i] - slope * times[i];
        }
        Arrays.sort(levels);
        return new Trend(slope, slopes[lower], slopes[upper], median(levels));
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
    }

    /** Whether it surely rises, or surely falls. */
    boolean isSignificant() {
        return least > 0 || most < 0;
    }
}
