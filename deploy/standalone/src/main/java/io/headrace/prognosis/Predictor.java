package io.headrace.prognosis;

import io.headrace.wear.Estimate;
import io.headrace.wear.fit.Life;

/** A way to tell what remains after the last step of a life that is cut. */
@FunctionalInterface
interface Predictor {
    /** In steps; bounds are NaN where the way has none. */
    Estimate after(Life life);

    /** Without an interval. */
    static Estimate only(double remaining, double limit) {
        double cut = Math.clamp(remaining, 0, limit);
        return new Estimate(cut, Double.NaN, Double.NaN, cut / limit);
    }
}
