package io.headrace.wear;

/**
 * From averages to steps that remain: a sum over features, weighted twice. First linear over the averages and over how much of
 * them is there yet; then the same with squares, and with what the first sum exceeds at each of six bends, so that the end
 * of life may be steeper than its beginning.
 *
 * @param first weights of the linear features, with the constant last
 * @param second weights of all features, with the constant last
 * @param limit steps at which remaining life is cut: more can't be told
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Curve(double[] first, double[] second, double limit) {
    /** Where the bends are, in parts of the limit. */
    private static final double[] BENDS = {0, 0.2, 0.4, 0.6, 0.8, 1};

    /** Averages of each metric. */
    public static final int SPEEDS = WearState.SPEEDS.length;

    private static final double SQUARE = 1.0 / 3;

    /** Linear features: averages, maturities, and averages times the slowest maturity. */
    public static int linear(int metrics) {
        return 2 * metrics * SPEEDS + SPEEDS;
    }

    /** All features, in which the linear ones are first. */
    public static int all(int metrics) {
        return linear(metrics) + metrics * SPEEDS + BENDS.length;
    }

    /**
     * All but the bends.
     *
     * @param features filled; of length {@link #all}
     */
    public static void fill(WearState state, Normal normal, double[] features) {
        int metrics = normal.middle().length;
        int averages = metrics * SPEEDS;
        double whole = state.maturity(SPEEDS - 1);
        for (int metric = 0; metric < metrics; metric++) {
            for (int speed = 0; speed < SPEEDS; speed++) {
                double average = state.average(metric, speed);
                double away = Double.isNaN(average) ? 0 : (average - normal.middle()[metric]) / normal.spread()[metric];
                int at = metric * SPEEDS + speed;
                features[at] = away;
                features[averages + SPEEDS + at] = away * whole;
                features[2 * averages + SPEEDS + at] = away * away * SQUARE;
            }
        }
        for (int speed = 0; speed < SPEEDS; speed++) {
            features[averages + speed] = state.maturity(speed);
        }
    }

    /** Fills the bends: the last features. */
    public void bend(double[] features) {
        double sum = sum(first, features, first.length - 1);
        int begin = features.length - BENDS.length;
        for (int i = 0; i < BENDS.length; i++) {
            features[begin + i] = Math.max(0, sum / limit - BENDS[i]) * 2;
        }
    }

    /** Steps that remain, by features with their bends: 0 to the limit. */
    public double remaining(double[] features) {
        return Math.clamp(sum(second, features, features.length), 0, limit);
    }

    private static double sum(double[] weights, double[] features, int count) {
        double sum = weights[count];
        for (int i = 0; i < count; i++) {
            sum += weights[i] * features[i];
        }
        return sum;
    }

    /**
     * How many steps a metric takes from what remains, against a metric at its usual value; about the point where the
     * features are, on a straight line through it.
     */
    double effect(int metric, double[] features, double[] usual) {
        int averages = (features.length - SPEEDS - BENDS.length) / 3;
        double sum = sum(first, features, first.length - 1);
        double steepness = 0;
        int begin = features.length - BENDS.length;
        for (int i = 0; i < BENDS.length; i++) {
            steepness += sum / limit > BENDS[i] ? second[begin + i] * 2 / limit : 0;
        }
        double effect = 0;
        for (int speed = 0; speed < SPEEDS; speed++) {
            int at = metric * SPEEDS + speed;
            double whole = features[averages + SPEEDS - 1];
            double way = features[at] - usual[metric];
            double linear = way * (second[at] + whole * second[averages + SPEEDS + at]);
            double bent = way * (first[at] + whole * first[averages + SPEEDS + at]) * steepness;
            double square = features[at] * features[at] - usual[metric] * usual[metric];
            effect += linear + bent + square * SQUARE * second[2 * averages + SPEEDS + at];
        }
        return effect;
    }
}
