package io.headrace.wear.fit;

/**
 * Ridge regression by its normal equations, of which only the sums are kept: as many rows as one likes. The constant isn't
 * held down.
 */
final class LeastSquares {
    /** Part of the features' scale, which is about 1, by which weights are held down. */
    private static final double RIDGE = 1e-3;

    private final int features;
    private final double[][] products;
    private final double[] sums;
    private final double[] withTarget;
    private double targets;
    private double weight;

    LeastSquares(int features) {
        this.features = features;
        this.products = new double[features][];
        for (int i = 0; i < features; i++) {
            products[i] = new double[i + 1];
        }
        this.sums = new double[features];
        this.withTarget = new double[features];
    }

    /** @param row of which the first features count */
    void add(double[] row, double target) {
        for (int i = 0; i < features; i++) {
            double value = row[i];
            double[] line = products[i];
            for (int j = 0; j <= i; j++) {
                line[j] += value * row[j];
            }
            sums[i] += value;
            withTarget[i] += value * target;
        }
        targets += target;
        weight++;
    }

    /** Weights, and the constant behind them. */
    double[] solve() {
        double[][] left = new double[features][];
        double[] right = new double[features];
        for (int i = 0; i < features; i++) {
            left[i] = new double[i + 1];
            for (int j = 0; j <= i; j++) {
                left[i][j] = products[i][j] / weight - sums[i] / weight * sums[j] / weight;
            }
            left[i][i] += RIDGE;
            right[i] = withTarget[i] / weight - sums[i] / weight * targets / weight;
        }
        decompose(left);
        double[] weights = new double[features + 1];
        substitute(left, right, weights);
        double constant = targets / weight;
        for (int i = 0; i < features; i++) {
            constant -= weights[i] * sums[i] / weight;
        }
        weights[features] = constant;
        return weights;
    }

    /** Cholesky, in place: positive definite by the ridge. */
    private static void decompose(double[][] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = matrix[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= matrix[i][k] * matrix[j][k];
                }
                matrix[i][j] = i == j ? Math.sqrt(sum) : sum / matrix[j][j];
            }
        }
    }

    private static void substitute(double[][] lower, double[] right, double[] solution) {
        int size = lower.length;
        for (int i = 0; i < size; i++) {
            double sum = right[i];
            for (int k = 0; k < i; k++) {
                sum -= lower[i][k] * solution[k];
            }
            solution[i] = sum / lower[i][i];
        }
        for (int i = size - 1; i >= 0; i--) {
            double sum = solution[i];
            for (int k = i + 1; k < size; k++) {
                sum -= lower[k][i] * solution[k];
            }
            solution[i] = sum / lower[i][i];
        }
    }
}
