package io.headrace.wear.fit;

import java.util.stream.Stream;

/** Mean and deviation of numbers, by Welford; those that aren't finite are passed over. */
final class Moments {
    /** Part of the largest number below which a deviation is rounding. */
    private static final double ROUNDING = 1e-9;

    private long count;
    private double mean;
    private double squares;
    private double largest;

    static Moments[] array(int size) {
        return Stream.generate(Moments::new).limit(size).toArray(Moments[]::new);
    }

    void add(double value) {
        if (Double.isFinite(value)) {
            count++;
            double away = value - mean;
            mean += away / count;
            squares += away * (value - mean);
            largest = Math.max(largest, Math.abs(value));
        }
    }

    long count() {
        return count;
    }

    double mean() {
        return mean;
    }

    /** 0 where all are the same. */
    double deviation() {
        double deviation = count == 0 ? 0 : Math.sqrt(squares / count);
        return deviation > ROUNDING * largest ? deviation : 0;
    }
}
