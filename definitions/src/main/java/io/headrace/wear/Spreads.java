package io.headrace.wear;

/**
 * How far off predictions of a size have been for devices that the model had not seen: of each tenth of the limit, the
 * bounds between which nine of ten of them lay.
 *
 * @param below steps to add to a prediction for the lower bound, by tenth; mostly negative
 * @param above steps to add for the upper one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Spreads(double[] below, double[] above) {
    public static final int PARTS = 10;
    /** Part of all cases that lies within. */
    public static final double LEVEL = 0.9;

    /** Tenth that a prediction is in. */
    public static int part(double remaining, double limit) {
        return Math.clamp((long) (remaining / limit * PARTS), 0, PARTS - 1);
    }
}
