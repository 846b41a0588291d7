package io.headrace.sinks.warm;

import io.headrace.sinks.warm.WarmRow.AggregateRow;
import io.headrace.sinks.warm.WarmRow.AlertRow;
import io.headrace.sinks.warm.WarmRow.AnomalyRow;
import io.headrace.sinks.warm.WarmRow.ReadingRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.apache.kafka.common.TopicPartition;

/** The rows of one transaction by the table that they go to, and how many go nowhere, for they are past retention. */
final class RowsByTable {
    private final LongPredicate expired;
    private final List<ReadingRow> readings = new ArrayList<>();
    private final List<AggregateRow> aggregates = new ArrayList<>();
    private final List<AnomalyRow> anomalies = new ArrayList<>();
    private final List<AlertRow> alerts = new ArrayList<>();
    private final Map<TopicPartition, Long> expiredRows = new HashMap<>();

    /** @param expired whether readings of a day since 1970 are past retention */
    RowsByTable(LongPredicate expired) {
        this.expired = expired;
    }

    void add(Entry entry) {
        for (WarmRow row : entry.rows()) {
            if (row instanceof ReadingRow reading) {
                if (expired.test(reading.epochDay())) {
                    expiredRows.merge(entry.source(), 1L, Long::sum);
                } else {
                    readings.add(reading);
                }
            } else if (row instanceof AggregateRow aggregate) {
                aggregates.add(aggregate);
            } else if (row instanceof AnomalyRow anomaly) {
                anomalies.add(anomaly);
            } else if (row instanceof AlertRow alert) {
                alerts.add(alert);
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

    Map<TopicPartition, Long> expiredRows() {
        return expiredRows;
    }
}
