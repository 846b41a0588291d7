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
     * Whether points surely rise (1), surely fall (-1), or neither (0): the sign of the whole interval, for the price of
     * comparisons. Most metrics do neither most of the time.
     *
     * @param values of the points, by ascending time
     * @param count how many of the array are points: 3 or more
     */
    static int direction(double[] values, int count) {
        int falls = 0;
        int flat = 0;
        for (int i = 0; i < count; i++) {
            double value = values[i];
            for (int j = i + 1; j < count; j++) {
                falls += values[j] < value ? 1 : 0;
                flat += values[j] == value ? 1 : 0;
            }
        }
        if (falls + flat <= lower(count)) {
            return 1;
        }
        return falls > upper(count) ? -1 : 0;
    }

    /**
     * @param times of the points, different from each other
     * @param count how many of both arrays are points: 3 or more
     */
    static Trend of(double[] times, double[] values, int count) {
        double[] slopes = new double[pairs(count)];
        int pairs = 0;
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                slopes[pairs++] = (values[j] - values[i]) / (times[j] - times[i]);
            }
        }
        int middle = pairs / 2;
        int lower = lower(count);
        int upper = upper(count);
        select(slopes, 0, pairs, middle);
        select(slopes, 0, middle, lower);
        select(slopes, middle + 1, pairs, upper);
        double slope = pairs % 2 == 1 ? slopes[middle] : greatest(slopes, middle) / 2 + slopes[middle] / 2;
        double[] levels = new double[count];
        for (int i = 0; i < count; i++) {
            levels[i] = values[i] - slope * times[i];
        }
        Arrays.sort(levels);
        return new Trend(slope, slopes[lower], slopes[upper], median(levels));
    }

    /**
     * Puts in its place the value that is there when all are in order, and none greater before it nor less after it: a
     * fourth of the price of sorting them (C. A. R. Hoare, 1961).
     *
     * @param to exclusive; nothing is done where the place isn't between
     */
    private static void select(double[] values, int from, int to, int place) {
        int low = from;
        int high = to - 1;
        while (low < high && low <= place && place <= high) {
            double pivot = values[(low + high) >>> 1];
            int left = low;
            int right = high;
            while (left <= right) {
                while (values[left] < pivot) {
                    left++;
                }
                while (values[right] > pivot) {
                    right--;
                }
                if (left <= right) {
                    double value = values[left];
                    values[left++] = values[right];
                    values[right--] = value;
                }
            }
            if (place <= right) {
                high = right;
            } else if (place >= left) {
                low = left;
            } else {
                return;
            }
        }
    }

    private static double greatest(double[] values, int count) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            greatest = Math.max(greatest, values[i]);
        }
        return greatest;
    }

    /** Which of the slopes, in order, is the interval's lower end. */
    private static int lower(int count) {
        return (int) Math.max(0, Math.floor((pairs(count) - spread(count)) / 2) - 1);
    }

    private static int upper(int count) {
        return (int) Math.min(pairs(count) - 1.0, Math.ceil((pairs(count) + spread(count)) / 2));
    }

    private static int pairs(int count) {
        return count * (count - 1) / 2;
    }

    private static double spread(int count) {
        return NORMAL_95 * Math.sqrt(count * (count - 1.0) * (2 * count + 5) / 18);
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
    }
}
