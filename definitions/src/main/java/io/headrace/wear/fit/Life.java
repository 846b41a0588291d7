package io.headrace.wear.fit;

/**
 * One device from when it was new, or seen first, to its failure.
 *
 * @param steps numbers of the steps in which anything was measured, rising
 * @param rows means of each of those steps, by column of the shape; NaN where there is none
 * @param failedAt in steps from the epoch; after the last step, or within it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Life(String device, long[] steps, double[][] rows, double failedAt) {
    /** Steps from the end of a row's step to the failure. */
    double remaining(int row) {
        return Math.max(0, failedAt - steps[row] - 1);
    }

    /** In steps. */
    double length() {
        return failedAt - steps[0];
    }
}
