package io.headrace.bench;

import java.util.Collection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What several turns have given. Not a number where there were none.
 *
 * @param median of two middle ones the lower
 */
record Spread(double least, double median, double most) {
    static <T> Spread of(Collection<T> turns, ToDoubleFunction<T> what) {
        double[] sorted = turns.stream().mapToDouble(what).sorted().toArray();
        return sorted.length == 0
                ? new Spread(Double.NaN, Double.NaN, Double.NaN)
                : new Spread(sorted[0], sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]);
    }

    @Override
    public String toString() {
        return Double.isNaN(median) ? "-" : String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", median, least, most);
    }
}
