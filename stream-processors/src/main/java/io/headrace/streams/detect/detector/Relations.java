package io.headrace.streams.detect.detector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What the values of a message say of each other. Room for one message at a time, so that none is allocated for each: a
 * row for each of its metrics of which enough is known.
 */
final class Relations {
    /** Most metrics that are named as those by which something was expected. */
    static final int TOLD = 4;

    /** Part of the variance that no relation explains, however close it seems: it was learnt from so many values only. */
    private static final double DOUBT = 0.01;

    /** Part of a value's variance that the others must leave unexplained at most, to have a say in it. */
    private static final double UNRELATED = 0.5;

    /** Part of what the one that tells most tells, from which on another is named. */
    private static final double TELLS = 0.1;

    private static final int MOST = Covariances.MOST;

    private final double[] measured = new double[MOST];
    private final double[] differences = new double[MOST];
    private final boolean[] presence = new boolean[MOST];
    private final int[] metrics = new int[MOST];
    private final double[] deviations = new double[MOST];
    private final double[] values = new double[MOST];
    private final double[][] matrix = new double[MOST][MOST];
    private final double[][] inverse = new double[MOST][MOST];
    private final double[] weighted = new double[MOST];
    private int rows;
    private boolean isSolved;
    private double limit;

    /** Forgets the message before. */
    void clear() {
        Arrays.fill(presence, false);
    }

    /** @param difference of the value from the metric's mean */
    void put(int metric, double value, double difference) {
        measured[metric] = value;
        differences[metric] = difference;
        presence[metric] = true;
    }

    /** By metric. */
    double[] differences() {
        return differences;
    }

    /** By metric, whether the message has it. */
    boolean[] presence() {
        return presence;
    }

    /**
     * Makes a row of each metric of which enough is known.
     *
     * @return whether one of the values is far by itself
     */
    boolean begin(Covariances past) {
        rows = 0;
        boolean isFar = false;
        for (int i = 0; i < past.known(); i++) {
            double deviation = presence[i] ? past.deviation(i) : 0;
            if (deviation > 0) {
                metrics[rows] = i;
                deviations[rows] = deviation;
                values[rows] = differences[i] / deviation;
                isFar |= Math.abs(values[rows]) > Covariances.FAR;
                correlate(past, rows++);
            }
        }
        return isFar;
    }

    private void correlate(Covariances past, int row) {
        for (int column = 0; column < row; column++) {
            double covariance = past.covariance(metrics[row], metrics[column]);
            matrix[row][column] = covariance / (deviations[row] * deviations[column]) * (1 - DOUBT);
        }
        matrix[row][row] = 1;
    }

    /** @return row of the value that fits in least; -1 where none has to do with another, or nothing can be said */
    int solve() {
        isSolved = rows > 1 && decompose();
        if (!isSolved) {
            return -1;
        }
        invert();
        int worst = -1;
        for (int row = 0; row < rows; row++) {
            weighted[row] = 0;
            for (int column = 0; column < rows; column++) {
                weighted[row] += inverse[row][column] * values[column];
            }
            if (isRelated(row) && (worst < 0 || strangeness(row) > strangeness(worst))) {
                worst = row;
            }
        }
        return worst;
    }

    private boolean isRelated(int row) {
        return inverse[row][row] * UNRELATED >= 1;
    }

    /** The row of a metric, after {@link #solve}; -1 where the others have no say in it, or it isn't there. */
    int row(int metric) {
        for (int row = 0; isSolved && row < rows; row++) {
            if (metrics[row] == metric) {
                return isRelated(row) ? row : -1;
            }
        }
        return -1;
    }

    int metric(int row) {
        return metrics[row];
    }

    /** In the device's units, as all that follows but the strangeness. */
    double value(int row) {
        return measured[metrics[row]];
    }

    /** What the others lead one to expect. */
    double expected(int row) {
        return value(row) - residual(row) * deviations[row];
    }

    /** @param limit strangeness up to which nothing would be strange; NaN where nobody knows */
    void limit(double limit) {
        this.limit = limit;
    }

    double low(int row) {
        return expected(row) - limit * left(row) * deviations[row];
    }

    double high(int row) {
        return expected(row) + limit * left(row) * deviations[row];
    }

    /** How far a value is from what is expected, in the deviations that the others leave. */
    double strangeness(int row) {
        return Math.abs(residual(row)) / left(row);
    }

    private double residual(int row) {
        return weighted[row] / inverse[row][row];
    }

    private double left(int row) {
        return Math.sqrt(1 / inverse[row][row]);
    }

    /** Metrics by which a value was expected, that which tells most of it first. */
    List<Integer> telling(int row) {
        List<Integer> all = new ArrayList<>();
        for (int other = 0; other < rows; other++) {
            if (other != row) {
                all.add(other);
            }
        }
        all.sort(Comparator.comparingDouble(other -> -says(row, other)));
        double least = TELLS * says(row, all.getFirst());
        return all.stream()
                .limit(TOLD)
                .filter(other -> says(row, other) >= least)
                .map(this::metric)
                .toList();
    }

    /** By how many deviations the expectation moves where the other metric moves by one. */
    private double says(int row, int other) {
        return Math.abs(inverse[row][other] / inverse[row][row]);
    }

    /** Cholesky's, in place. False where the matrix isn't positive: not all of it was learnt from the same messages. */
    private boolean decompose() {
        for (int row = 0; row < rows; row++) {
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

    private void invert() {
        for (int unit = 0; unit < rows; unit++) {
            for (int row = 0; row < rows; row++) {
                double sum = row == unit ? 1 : 0;
                for (int k = 0; k < row; k++) {
                    sum -= matrix[row][k] * inverse[k][unit];
                }
                inverse[row][unit] = sum / matrix[row][row];
            }
            for (int row = rows - 1; row >= 0; row--) {
                double sum = inverse[row][unit];
                for (int k = row + 1; k < rows; k++) {
                    sum -= matrix[k][row] * inverse[k][unit];
                }
                inverse[row][unit] = sum / matrix[row][row];
            }
        }
    }
}
