package io.headrace.wear.fit;

import io.headrace.wear.Curve;
import io.headrace.wear.Normal;
import io.headrace.wear.Shape;
import io.headrace.wear.WearModel;
import io.headrace.wear.WearModel.Scratch;
import io.headrace.wear.WearState;

/**
 * Takes lives through the same fold as the processors do. Each is walked twice, from its beginning and from its middle: a
 * device may have run for long before anybody looked.
 */
final class Walk {
    private final Shape shape;
    private final Normal normal;

    /** Sees each step from which on anything can be said. */
    @FunctionalInterface
    interface Sight {
        /**
         * @param scratch with the features, but for the bends
         * @param remaining steps, not cut
         */
        void at(WearState state, Scratch scratch, double remaining);
    }

    Walk(Shape shape, Normal normal) {
        this.shape = shape;
        this.normal = normal;
    }

    void twice(Life life, Sight sight) {
        from(life, 0, sight);
        from(life, life.steps().length / 2, sight);
    }

    void from(Life life, int first, Sight sight) {
        WearState state = new WearState(shape);
        Scratch scratch = new Scratch(shape);
        for (int row = first; row < life.steps().length; row++) {
            WearModel.takeWhole(state, life.steps()[row], life.rows()[row], normal, scratch);
            if (state.closed() >= WearModel.LEAST_STEPS) {
                Curve.fill(state, normal, scratch.features());
                sight.at(state, scratch, life.remaining(row));
            }
        }
    }
}
