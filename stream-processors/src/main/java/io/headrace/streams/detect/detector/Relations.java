package io.headrace.streams.detect.detector;

import java.util.Arrays;

/**
 * What the others lead one to expect of each of some values that are given in standard deviations. Room for one calculation at
 * a time, so that none is allocated for each message.
 */
final class Relations {
    /** Part of the variance that no relation explains, however close it seems: it was learnt from so many values only. */
    private static final double DOUBT = 0.01;

    /** Part of a value's variance that the others must leave unexplained at most, to have a say in it. */
    private static final double UNRELATED = 0.5;

    private final double[] differences = new double[Joint.MOST];
    private final boolean[] presence = new boolean[Joint.MOST];
    private final int[] metrics = new int[Joint.MOST];
    private final double[] values = new double[Joint.MOST];
    private final double[][] matrix = new double[Joint.MOST][Joint.MOST];
    private final double[][] inverse = new double[Joint.MOST][Joint.MOST];
    private final double[] weighted = new double[Joint.MOST];

    double[] differences() {
        return differences;
    }

    /** All false. */
    boolean[] presence() {
        Arrays.fill(presence, false);
        return presence;
    }

    void add(int row, int metric, double value) {
        metrics[row] = metric;
        values[row] = value;
        matrix[row][row] = 1;
    }

    int metric(int row) {
        return metrics[row];
    }

    double value(int row) {
        return values[row];
    }

    /** @param column less than the row */
    void correlate(int row, int column, double correlation) {
        matrix[row][column] = correlation * (1 - DOUBT);
    }

    /** What a value differs from what the others lead one to expect. */
    double residual(int row) {
        return weighted[row] / inverse[row][row];
    }

    /** Standard deviation that the others leave a value. */
    double left(int row) {
        return Math.sqrt(1 / inverse[row][row]);
    }

    /** A residual in the deviations that the others leave. */
    double strangeness(int row) {
        return Math.abs(residual(row)) / left(row);
    }

    /** @return row of the value that fits in least; -1 where none has to do with another, or nothing can be said */
    int solve(int count) {
        if (!decompose(count)) {
            return -1;
        }
        invert(count);
        int worst = -1;
        for (int row = 0; row < count; row++) {
            weighted[row] = 0;
            for (int column = 0; column < count; column++) {
                weighted[row] += inverse[row][column] * values[column];
            }
            boolean isRelated = inverse[row][row] * UNRELATED >= 1;
            if (isRelated && (worst < 0 || strangeness(row) > strangeness(worst))) {
                worst = row;
            }
        }
        return worst;
    }

    /** Cholesky's, in place. False where the matrix isn't positive: not all of it was learnt from the same messages. */
    private boolean decompose(int count) {
        for (int row = 0; row < count; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = matrix[row][column];
                for (int k = 0; k < column; k++) {
                    sum -= matrix[row][k] * matrix[column][k];
                }
                if (row == column && !(sum > DOUBT / 2)) {
                    return false;
                }
                matrix[row][column] = row == column ? Math.sqrt(sum) : sum / matrix[column][column];
            }
        }
        return true;
    }

    private void invert(int count) {
        for (int unit = 0; unit < count; unit++) {
            for (int row = 0; row < count; row++) {
                double sum = row == unit ? 1 : 0;
                for (int k = 0; k < row; k++) {
                    sum -= matrix[row][k] * inverse[k][unit];
                }
                inverse[row][unit] = sum / matrix[row][row];
            }
            for (int row = count - 1; row >= 0; row--) {
                double sum = inverse[row][unit];
                for (int k = row + 1; k < count; k++) {
                    sum -= matrix[k][row] * inverse[k][unit];
                }
                inverse[row][unit] = sum / matrix[row][row];
            }
        }
    }
}
