package io.headrace.control.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a statement can select from. The warm tier's tables have these columns, and may have more. */
enum Relation {
    /** Of whichever tiers were asked for, one row for each metric of each reading. */
    READINGS("main.readings", "readings", Lists.READINGS),
    WARM_READINGS("warm.readings", "readings", Lists.READINGS),
    COLD_READINGS("cold.readings", "", Lists.COLD),
    AGGREGATES("main.aggregates", "aggregates", Lists.AGGREGATES),
    ANOMALIES("main.anomalies", "anomalies", Lists.ANOMALIES),
    ALERTS("main.alerts", "alerts", Lists.ALERTS),
    PREDICTIONS("main.predictions", "predictions", Lists.PREDICTIONS);

    /** Of readings: those that are the same for all metrics of a reading, and so in both tiers. */
    static final Set<String> OF_WHOLE_READING =
            Set.of("device_id", "observed_at", "received_at", "origin_partition", "origin_offset", "origin_index");

    private final String table;
    private final String warmTable;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that can't be changed
    private final List<Column> columns;

    /** A column and its type in DuckDB. */
    record Column(String name, ColumnType type) {}

    enum ColumnType {
        VARCHAR("VARCHAR"),
        TIMESTAMPTZ("TIMESTAMPTZ"),
        DOUBLE("DOUBLE"),
        INTEGER("INTEGER"),
        BIGINT("BIGINT"),
        BOOLEAN("BOOLEAN"),
        INTERVAL("INTERVAL"),
        TEXTS("MAP(VARCHAR, VARCHAR)"),
        NUMBERS("MAP(VARCHAR, DOUBLE)");

        private final String sql;

        ColumnType(String sql) {
            this.sql = sql;
        }

        /** In DuckDB's words. */
        String sql() {
            return sql;
        }
    }

    /** The columns, written {@code name TYPE, …}. */
    private static final class Lists {
        private static final String READINGS = "device_id VARCHAR, metric VARCHAR, observed_at TIMESTAMPTZ,"
                + " received_at TIMESTAMPTZ, value DOUBLE, text_value VARCHAR, origin_partition INTEGER,"
                + " origin_offset BIGINT, origin_index INTEGER";
        private static final String COLD = READINGS + ", clock VARCHAR, device_time TIMESTAMPTZ, channel VARCHAR,"
                + " message_id VARCHAR, sequence BIGINT, tags TEXTS";
        private static final String AGGREGATES = "device_id VARCHAR, metric VARCHAR, kind VARCHAR,"
                + " window_size INTERVAL, window_start TIMESTAMPTZ, window_end TIMESTAMPTZ, revision INTEGER,"
                + " provisional BOOLEAN, count BIGINT, min DOUBLE, max DOUBLE, sum DOUBLE, mean DOUBLE, stddev DOUBLE,"
                + " first DOUBLE, last DOUBLE, p50 DOUBLE, p95 DOUBLE, p99 DOUBLE, received_at TIMESTAMPTZ,"
                + " window_name VARCHAR, group_by VARCHAR, group_value VARCHAR, increase DOUBLE, rate DOUBLE,"
                + " expected_count DOUBLE, missing_ratio DOUBLE, uptime_ratio DOUBLE";
        private static final String ANOMALIES = "device_id VARCHAR, metric VARCHAR, started_at TIMESTAMPTZ,"
                + " received_at TIMESTAMPTZ, detector VARCHAR, score DOUBLE, value DOUBLE, expected DOUBLE,"
                + " reason VARCHAR, origin_partition INTEGER, origin_offset BIGINT, origin_index INTEGER, id VARCHAR,"
                + " revision INTEGER, state VARCHAR, event VARCHAR, ended_at TIMESTAMPTZ, severity VARCHAR, low DOUBLE,"
                + " high DOUBLE, peak_value DOUBLE, peak_at TIMESTAMPTZ, peak_score DOUBLE, strange_values BIGINT,"
                + " threshold DOUBLE, suppressed VARCHAR, suppressed_by VARCHAR, verdict VARCHAR,"
                + " acknowledged_at TIMESTAMPTZ, acknowledged_by VARCHAR, note VARCHAR";
        private static final String ALERTS = "id VARCHAR, device_id VARCHAR, rule_id VARCHAR, severity VARCHAR,"
                + " state VARCHAR, raised_at TIMESTAMPTZ, cleared_at TIMESTAMPTZ, received_at TIMESTAMPTZ,"
                + " message VARCHAR, origin_partition INTEGER, origin_offset BIGINT, origin_index INTEGER,"
                + " part_of VARCHAR, member_count INTEGER, escalation_level INTEGER, acknowledged_at TIMESTAMPTZ,"
                + " acknowledged_by VARCHAR";
        private static final String PREDICTIONS =
                "device_id VARCHAR, model VARCHAR, version BIGINT, predicted_at TIMESTAMPTZ,"
                        + " received_at TIMESTAMPTZ, remaining_hours DOUBLE, low_hours DOUBLE, high_hours DOUBLE,"
                        + " health DOUBLE, reason VARCHAR, origin_partition INTEGER, origin_offset BIGINT, origin_index INTEGER";
    }

    Relation(String table, String warmTable, String columns) {
        this.table = table;
        this.warmTable = warmTable;
        List<Column> list = new ArrayList<>();
        for (String each : columns.split(", ?")) {
            int space = each.indexOf(' ');
            list.add(new Column(each.substring(0, space), ColumnType.valueOf(each.substring(space + 1))));
        }
        this.columns = List.copyOf(list);
    }

    /** Schema and name in DuckDB. */
    String table() {
        return table;
    }

    /** Of schema {@code headrace} in PostgreSQL; empty for none. */
    String warmTable() {
        return warmTable;
    }

    List<Column> columns() {
        return columns;
    }

    /** For {@code CREATE TABLE}. */
    String definition() {
        return columns.stream()
                .map(column -> column.name() + " " + column.type().sql())
                .collect(Collectors.joining(", "));
    }
}
