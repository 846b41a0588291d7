package io.headrace.prognosis;

import io.headrace.wear.Normal;
import io.headrace.wear.WearModel;
import io.headrace.wear.fit.Life;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Plain ways to tell what remains, to hold the model against. The two that look at a device look at one number: the mean
 * of its metrics' distances from usual, each turned so that it rises towards failure, and weighted by how surely it does.
 */
final class Plain {
    private static final int WINDOW = 30;
    private static final int TREND = 50;
    private static final int NEAREST = 10;
    private static final int SMOOTH = 5;

    private final Normal normal;
    private final int[] columns;
    private final double[] weights;
    private final double limit;
    private final List<double[]> courses;
    private final double mean;
    private final double atEnd;

    Plain(WearModel model, int[] columns, List<Life> lives) {
        this.normal = model.normal();
        this.columns = columns;
        this.limit = model.curve().limit();
        this.weights = weights(lives);
        this.courses = lives.stream().map(this::course).toList();
        this.mean = lives.stream()
                .flatMapToDouble(life ->
                        Arrays.stream(life.steps()).mapToDouble(step -> Math.min(limit, life.failedAt() - step - 1)))
                .average()
                .orElseThrow();
        this.atEnd = courses.stream()
                .mapToDouble(course -> course[course.length - 1])
                .average()
                .orElseThrow();
    }

    /** One number for all. */
    Predictor constant() {
        return life -> Predictor.only(mean, limit);
    }

    /** A straight line through the last steps, to where others were when they failed. */
    Predictor trend() {
        return life -> {
            double[] course = course(life);
            int from = Math.max(0, course.length - TREND);
            int count = course.length - from;
            double middle = (count - 1) / 2.0;
            double level = Arrays.stream(course, from, course.length).average().orElseThrow();
            double with = 0;
            double squares = 0;
            for (int i = 0; i < count; i++) {
                with += (i - middle) * (course[from + i] - level);
                squares += (i - middle) * (i - middle);
            }
            double slope = with / squares;
            double now = level + slope * middle;
            return Predictor.only(slope > 0 ? (atEnd - now) / slope : limit, limit);
        };
    }

    /** What remained of the devices whose course was most alike. */
    Predictor similarity() {
        return life -> {
            double[] course = course(life);
            int count = Math.min(WINDOW, course.length);
            double[] last = Arrays.copyOfRange(course, course.length - count, course.length);
            List<double[]> found = new ArrayList<>();
            for (double[] other : courses) {
                found.add(nearest(last, other));
            }
            found.sort(Comparator.comparingDouble(each -> each[0]));
            double[] remaining = found.stream()
                    .limit(NEAREST)
                    .mapToDouble(each -> Math.min(limit, each[1]))
                    .sorted()
                    .toArray();
            return Predictor.only(remaining[remaining.length / 2], limit);
        };
    }

    /** Distance of the most similar stretch of another course, and what remained after it. */
    private static double[] nearest(double[] last, double[] other) {
        double[] best = {Double.MAX_VALUE, 0};
        for (int end = last.length; end <= other.length; end++) {
            double distance = 0;
            for (int i = 0; i < last.length; i++) {
                double away = last[i] - other[end - last.length + i];
                distance += away * away;
            }
            if (distance < best[0]) {
                best = new double[] {distance, other.length - end};
            }
        }
        return best;
    }

    /** Correlation of each metric with what remains, turned. */
    private double[] weights(List<Life> lives) {
        double[] found = new double[normal.middle().length];
        for (int metric = 0; metric < found.length; metric++) {
            double with = 0;
            double squares = 0;
            for (Life life : lives) {
                for (int row = 0; row < life.steps().length; row++) {
                    double away = distances(life.rows()[row])[metric];
                    double worn = limit / 2 - Math.min(limit, life.failedAt() - life.steps()[row] - 1);
                    with += away * worn;
                    squares += worn * worn;
                }
            }
            found[metric] = with / squares;
        }
        double sum = Arrays.stream(found).map(Math::abs).sum();
        return Arrays.stream(found).map(weight -> weight / sum).toArray();
    }

    private double[] course(Life life) {
        double[] raw = new double[life.rows().length];
        for (int row = 0; row < raw.length; row++) {
            double[] away = distances(life.rows()[row]);
            for (int metric = 0; metric < away.length; metric++) {
                raw[row] += weights[metric] * away[metric];
            }
        }
        double[] smooth = new double[raw.length];
        for (int row = 0; row < raw.length; row++) {
            smooth[row] = Arrays.stream(raw, Math.max(0, row - SMOOTH + 1), row + 1)
                    .average()
                    .orElseThrow();
        }
        return smooth;
    }

    private double[] distances(double[] row) {
        int metrics = normal.middle().length;
        double[] operating = new double[columns.length - metrics];
        for (int i = 0; i < operating.length; i++) {
            operating[i] = row[columns[metrics + i]];
        }
        int regime = normal.regime(operating);
        double[] away = new double[metrics];
        for (int metric = 0; metric < metrics; metric++) {
            double deviation = normal.deviations()[regime * metrics + metric];
            double usual = normal.means()[regime * metrics + metric];
            away[metric] = deviation == 0 ? 0 : (row[columns[metric]] - usual) / deviation;
        }
        return away;
    }
}
