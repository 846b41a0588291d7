package io.headrace.sinks.warm;

import io.headrace.sinks.warm.WarmRow.AggregateRow;
import io.headrace.sinks.warm.WarmRow.AlertRow;
import io.headrace.sinks.warm.WarmRow.AnomalyRow;
import io.headrace.sinks.warm.WarmRow.PredictionRow;
import io.headrace.sinks.warm.WarmRow.ReadingRow;
import java.util.ArrayList;
import java.util.List;

/** The rows of one transaction by the table that they go to. */
final class RowsByTable {
    private final List<ReadingRow> readings = new ArrayList<>();
    private final List<AggregateRow> aggregates = new ArrayList<>();
    private final List<AnomalyRow> anomalies = new ArrayList<>();
    private final List<AlertRow> alerts = new ArrayList<>();
    private final List<PredictionRow> predictions = new ArrayList<>();

    void add(Entry entry) {
        for (WarmRow row : entry.rows()) {
            if (row instanceof ReadingRow reading) {
                readings.add(reading);
            } else if (row instanceof AggregateRow aggregate) {
                aggregates.add(aggregate);
            } else if (row instanceof AnomalyRow anomaly) {
                anomalies.add(anomaly);
            } else if (row instanceof AlertRow alert) {
                alerts.add(alert);
            } else if (row instanceof PredictionRow prediction) {
                predictions.add(prediction);
            }
        }
    }

    List<ReadingRow> readings() {
        return readings;
    }

    List<AggregateRow> aggregates() {
        return aggregates;
    }

    List<AnomalyRow> anomalies() {
        return anomalies;
    }

    List<AlertRow> alerts() {
        return alerts;
    }

    List<PredictionRow> predictions() {
        return predictions;
    }
}
