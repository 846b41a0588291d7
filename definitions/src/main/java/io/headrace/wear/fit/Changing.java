package io.headrace.wear.fit;

import io.headrace.wear.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out metrics that never change, of which nothing can be learnt.
 *
 * @param shape without them
 * @param columns of the shape before that stay
 */
record Changing(Shape shape, List<Integer> columns, List<String> dropped) {
    static Changing of(Shape shape, List<Life> lives) throws UnfitException {
        List<Integer> columns = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        List<String> dropped = new ArrayList<>();
        for (int metric = 0; metric < shape.metrics().size(); metric++) {
            Moments moments = new Moments();
            for (Life life : lives) {
                for (double[] row : life.rows()) {
                    moments.add(row[metric]);
                }
            }
            if (moments.deviation() > 0) {
                columns.add(metric);
                kept.add(shape.metrics().get(metric));
            } else {
                dropped.add(shape.metrics().get(metric) + (moments.count() == 0 ? " (never there)" : ""));
            }
        }
        if (kept.isEmpty()) {
            throw new UnfitException("none of the metrics ever changes: " + String.join(", ", dropped));
        }
        for (int way = 0; way < shape.operating().size(); way++) {
            columns.add(shape.metrics().size() + way);
        }
        return new Changing(new Shape(kept, shape.operating(), shape.stepMicros()), columns, dropped);
    }

    Life of(Life life) {
        double[][] rows = new double[life.rows().length][];
        for (int row = 0; row < rows.length; row++) {
            double[] before = life.rows()[row];
            rows[row] = columns.stream().mapToDouble(column -> before[column]).toArray();
        }
        return new Life(life.device(), life.steps(), rows, life.failedAt());
    }
}
