package io.headrace.wear;

/**
 * A model, ready to be applied. Safe for use by several threads, each with states of its own; a {@link Scratch} is one
 * thread's.
 *
 * @param healthy features' averages at the limit, in spreads from the middle, by metric: what is usual of a healthy device
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WearModel(Shape shape, Normal normal, Curve curve, Spreads spreads, double[] healthy) {
    /** Whole steps before anything can be said. */
    public static final int LEAST_STEPS = 10;

    /** Arrays that are filled anew for each use. */
    public static final class Scratch {
        final double[] operating;
        final double[] means;
        final double[] features;

        public Scratch(Shape shape) {
            operating = new double[shape.operating().size()];
            means = new double[shape.metrics().size()];
            features = new double[Curve.all(means.length)];
        }

        public double[] features() {
            return features;
        }
    }

    /** What became of the values of one moment. */
    public enum Taken {
        /** They are older than the step in hand, and change nothing. */
        LATE,
        ADDED,
        /** They ended the step before them: there is something new to be said. */
        ENDED_STEP
    }

    /**
     * Takes in what was measured at one moment.
     *
     * @param micros event time
     * @param values by column of the shape; NaN or infinite where there is none
     */
    public Taken take(WearState state, long micros, double[] values, Scratch scratch) {
        return take(state, shape.step(micros), values, normal, scratch);
    }

    private static Taken take(WearState state, long step, double[] values, Normal normal, Scratch scratch) {
        if (state.isPast(step)) {
            return Taken.LATE;
        }
        boolean ended = state.ends(step);
        if (ended) {
            close(state, normal, scratch);
        }
        state.open(step);
        for (int column = 0; column < values.length; column++) {
            if (Double.isFinite(values[column])) {
                state.add(column, values[column]);
            }
        }
        return ended ? Taken.ENDED_STEP : Taken.ADDED;
    }

    /**
     * Takes in a step of which all is known, as {@link #take} and the end of the step would.
     *
     * @param means by column of the shape; NaN where there is none
     */
    public static void takeWhole(WearState state, long step, double[] means, Normal normal, Scratch scratch) {
        take(state, step, means, normal, scratch);
        close(state, normal, scratch);
    }

    private static void close(WearState state, Normal normal, Scratch scratch) {
        int metrics = scratch.means.length;
        for (int i = 0; i < scratch.operating.length; i++) {
            scratch.operating[i] = state.mean(metrics + i);
        }
        int regime = normal.regime(scratch.operating);
        for (int metric = 0; metric < metrics; metric++) {
            double mean = state.mean(metric);
            scratch.means[metric] = Double.isNaN(mean) ? mean : normal.corrected(metric, regime, mean);
        }
        state.close(scratch.means);
    }

    /** Whether enough is known of a device, and of half of the metrics at least, for an estimate. */
    public boolean canJudge(WearState state) {
        int there = 0;
        for (int metric = 0; metric < healthy.length; metric++) {
            there += Double.isNaN(state.average(metric, 0)) ? 0 : 1;
        }
        return state.closed() >= LEAST_STEPS && 2 * there >= healthy.length;
    }

    /** For one that {@link #canJudge}. */
    public Estimate estimate(WearState state, Scratch scratch) {
        double[] features = scratch.features;
        Curve.fill(state, normal, features);
        curve.bend(features);
        double remaining = curve.remaining(features);
        int part = Spreads.part(remaining, curve.limit());
        double high = Math.max(remaining, remaining + spreads.above()[part]);
        double low = Math.clamp(remaining + spreads.below()[part], 0, remaining);
        return new Estimate(
                remaining, low, high >= curve.limit() ? Double.NaN : high, Math.min(1, remaining / curve.limit()));
    }

    /** Of the last estimate, steps that a metric has taken from what remains: mostly negative. */
    public double effect(int metric, Scratch scratch) {
        return curve.effect(metric, scratch.features, healthy);
    }
}
