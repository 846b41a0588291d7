package io.headrace.wear;

/**
 * What is usual of each metric, in each way in which devices are run. Arrays are by regime and metric, and never changed.
 *
 * @param center of each operating metric over all steps
 * @param width standard deviation of each operating metric over all steps; 1 where it is constant
 * @param regimes middle of each regime by operating metric, in widths from the center
 * @param means of each metric in each regime
 * @param deviations of each metric in each regime; 0 where it is constant there
 * @param middle of each metric over all regimes
 * @param spread of each metric over all regimes, above 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Normal(
        double[] center,
        double[] width,
        double[] regimes,
        double[] means,
        double[] deviations,
        double[] middle,
        double[] spread) {
    /** Farther values count as this many deviations. */
    private static final double FARTHEST = 5;

    /** Regime nearest to how the device was run; by what is there of it. */
    public int regime(double[] operating) {
        int ways = operating.length;
        int nearest = 0;
        double least = Double.MAX_VALUE;
        for (int regime = 0; ways > 0 && regime < regimes.length / ways; regime++) {
            double distance = 0;
            for (int i = 0; i < ways; i++) {
                double away = (operating[i] - center[i]) / width[i] - regimes[regime * ways + i];
                distance += Double.isNaN(away) ? 0 : away * away;
            }
            if (distance < least) {
                least = distance;
                nearest = regime;
            }
        }
        return nearest;
    }

    /** What a metric would be under middling operation. */
    double corrected(int metric, int regime, double value) {
        int at = regime * middle.length + metric;
        double away = deviations[at] == 0 ? 0 : (value - means[at]) / deviations[at];
        return middle[metric] + spread[metric] * Math.clamp(away, -FARTHEST, FARTHEST);
    }
}
