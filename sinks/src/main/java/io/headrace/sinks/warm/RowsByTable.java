package io.headrace.sinks.warm;

import io.headrace.sinks.warm.WarmRow.AggregateRow;
import io.headrace.sinks.warm.WarmRow.AlertRow;
import io.headrace.sinks.warm.WarmRow.AnomalyRow;
import io.headrace.sinks.warm.WarmRow.PredictionRow;
import io.headrace.sinks.warm.WarmRow.ReadingRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The rows of one transaction by the table that they go to. */
final class RowsByTable {
    /** As the index has them: PostgreSQL needs an eighth less for rows that come in that order. */
    private static final Comparator<ReadingRow> BY_SERIES = (a, b) -> {
        int device = a.deviceId().compareTo(b.deviceId());
        int series = device == 0 ? a.metric().compareTo(b.metric()) : device;
        return series == 0 ? Long.compare(a.observedAt(), b.observedAt()) : series;
    };

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

    /** Puts the readings in the order of their series and times. */
    void sort() {
        readings.sort(BY_SERIES);
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
