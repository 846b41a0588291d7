package io.headrace.wear.fit;

import io.headrace.wear.Curve;
import io.headrace.wear.Normal;
import io.headrace.wear.Shape;
import java.util.List;

/** One fit to some lives. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Fit(Normal normal, Curve curve, double[] healthy) {
    /** Speed of the averages by which it is told what a healthy device looks like: ten steps. */
    private static final int SPEED = 1;

    /** @param limit steps at which remaining life is cut */
    static Fit to(Shape shape, List<Life> lives, double limit) {
        Normal normal = Regimes.normal(shape, lives);
        Walk walk = new Walk(shape, normal);
        int metrics = shape.metrics().size();
        LeastSquares linear = new LeastSquares(Curve.linear(metrics));
        Moments[] usual = Moments.array(metrics);
        for (Life life : lives) {
            walk.twice(life, (state, scratch, remaining) -> {
                linear.add(scratch.features(), Math.min(limit, remaining));
                for (int metric = 0; remaining >= limit && metric < metrics; metric++) {
                    usual[metric].add(scratch.features()[metric * Curve.SPEEDS + SPEED]);
                }
            });
        }
        Curve straight = new Curve(linear.solve(), new double[0], limit);
        LeastSquares whole = new LeastSquares(Curve.all(metrics));
        for (Life life : lives) {
            walk.twice(life, (state, scratch, remaining) -> {
                straight.bend(scratch.features());
                whole.add(scratch.features(), Math.min(limit, remaining));
            });
        }
        double[] healthy = new double[metrics];
        for (int metric = 0; metric < metrics; metric++) {
            healthy[metric] = usual[metric].mean();
        }
        return new Fit(normal, new Curve(straight.first(), whole.solve(), limit), healthy);
    }

    /** What this fit says of a life, from its beginning and from its middle. */
    void judge(Shape shape, Life life, int number, Cases cases) {
        int[] steps = new int[1];
        Walk walk = new Walk(shape, normal);
        walk.twice(life, (state, scratch, remaining) -> steps[0]++);
        walk.twice(life, (state, scratch, remaining) -> {
            curve.bend(scratch.features());
            cases.add(number, 1.0 / steps[0], curve.remaining(scratch.features()), remaining);
        });
    }
}
