package io.headrace.sinks.warm;

import io.headrace.sinks.warm.WarmRow.AggregateRow;
import io.headrace.sinks.warm.WarmRow.AlertRow;
import io.headrace.sinks.warm.WarmRow.Handling;
import io.headrace.sinks.warm.WarmRow.Origin;
import io.headrace.sinks.warm.WarmRow.ReadingRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes rows to their tables, within the caller's transaction. Readings and aggregates go by binary COPY, the second
 * through a temporary table; anomalies, alerts and predictions are few. Nothing of a record ever becomes part of a statement.
 */
final class RowTables {
    /** Run once on each connection. */
    static final String STAGING = """
            CREATE TEMPORARY TABLE IF NOT EXISTS aggregates_staging (LIKE headrace.aggregates, retracted boolean NOT NULL)
            ON COMMIT DELETE ROWS
            """;

    private static final String COPY_READINGS = """
            COPY headrace.readings (device_id, metric, observed_at, received_at, value, text_value,
                origin_partition, origin_offset, origin_index, expires_on) FROM STDIN (FORMAT binary)
            """;
    private static final String AGGREGATE_KEY = "(device_id, metric, kind, window_size, window_start, window_name)";

    private static final String AGGREGATE_COLUMNS = """
            device_id, metric, kind, window_size, window_start, window_end, revision, provisional, count,
            min, max, sum, mean, stddev, first, last, p50, p95, p99, received_at, window_name, group_by, group_value,
            increase, rate, expected_count, missing_ratio, uptime_ratio
            """;
    private static final String COPY_AGGREGATES =
            "COPY pg_temp.aggregates_staging (" + AGGREGATE_COLUMNS + ", retracted) FROM STDIN (FORMAT binary)";

    /** The highest revision wins; of equal ones the final over the provisional. */
    private static final String MERGE_AGGREGATES = "INSERT INTO headrace.aggregates AS a (" + AGGREGATE_COLUMNS + ")"
            + " SELECT " + AGGREGATE_COLUMNS + " FROM (SELECT DISTINCT ON " + AGGREGATE_KEY + " * "
            + """
            FROM pg_temp.aggregates_staging
            ORDER BY device_id, metric, kind, window_size, window_start, window_name, revision DESC, provisional) newest
            WHERE NOT retracted
            ON CONFLICT (device_id, metric, kind, window_size, window_start, window_name) DO UPDATE SET
                window_end = excluded.window_end, revision = excluded.revision, provisional = excluded.provisional,
                count = excluded.count, min = excluded.min, max = excluded.max, sum = excluded.sum,
                mean = excluded.mean, stddev = excluded.stddev, first = excluded.first, last = excluded.last,
                p50 = excluded.p50, p95 = excluded.p95, p99 = excluded.p99, received_at = excluded.received_at,
                group_by = excluded.group_by, group_value = excluded.group_value, increase = excluded.increase,
                rate = excluded.rate, expected_count = excluded.expected_count,
                missing_ratio = excluded.missing_ratio, uptime_ratio = excluded.uptime_ratio
            WHERE (excluded.revision, NOT excluded.provisional) >= (a.revision, NOT a.provisional)
            """;

    /** A session that has become part of another. Nothing of it can come later, for no session begins there any more. */
    private static final String DELETE_RETRACTED = """
            DELETE FROM headrace.aggregates a USING pg_temp.aggregates_staging s
            WHERE s.retracted AND a.revision <= s.revision AND a.device_id = s.device_id AND a.metric = s.metric
                AND a.kind = s.kind AND a.window_size = s.window_size AND a.window_start = s.window_start
                AND a.window_name = s.window_name
            """;

    private static final String UPSERT_ALERT = """
            INSERT INTO headrace.alerts AS a (id, device_id, rule_id, severity, state, raised_at, cleared_at,
                received_at, message, origin_partition, origin_offset, origin_index, part_of, member_count,
                escalation_level, acknowledged_at, acknowledged_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, state = excluded.state,
                cleared_at = excluded.cleared_at, received_at = excluded.received_at, message = excluded.message,
                part_of = excluded.part_of, member_count = excluded.member_count,
                escalation_level = excluded.escalation_level, acknowledged_at = excluded.acknowledged_at,
                acknowledged_by = excluded.acknowledged_by
            WHERE excluded.state = 'CLEARED' OR a.state = 'RAISED'
                OR (a.state = 'ACKNOWLEDGED' AND excluded.state = 'ACKNOWLEDGED')
            """;

    private final CopyBuffer buffer = new CopyBuffer();

    void write(Connection connection, RowsByTable rows) throws SQLException {
        copyReadings(connection, rows.readings());
        mergeAggregates(connection, rows.aggregates());
        AnomalyTable.upsert(connection, rows.anomalies());
        upsertAlerts(connection, rows.alerts());
        PredictionTable.upsert(connection, rows.predictions());
    }

    private void copyReadings(Connection connection, List<ReadingRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        buffer.begin();
        rows.forEach(row -> row.writeTo(buffer));
        copy(connection, COPY_READINGS);
    }

    private void mergeAggregates(Connection connection, List<AggregateRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        buffer.begin();
        rows.forEach(row -> row.writeTo(buffer));
        copy(connection, COPY_AGGREGATES);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(MERGE_AGGREGATES);
            if (rows.stream().anyMatch(AggregateRow::retracted)) {
                statement.executeUpdate(DELETE_RETRACTED);
            }
        }
    }

    private void upsertAlerts(Connection connection, List<AlertRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(UPSERT_ALERT)) {
            for (AlertRow row : rows) {
                statement.setString(1, row.id());
                statement.setString(2, row.deviceId());
                statement.setString(3, row.ruleId());
                statement.setString(4, row.severity());
                statement.setString(5, row.state());
                statement.setObject(6, time(row.raisedAt()));
                setTime(statement, 7, row.clearedAt());
                statement.setObject(8, time(row.receivedAt()));
                statement.setString(9, row.message());
                setOrigin(statement, row.origin());
                Handling handling = row.handling();
                statement.setString(13, handling.partOf());
                statement.setInt(14, handling.memberCount());
                statement.setInt(15, handling.escalationLevel());
                setTime(statement, 16, handling.acknowledgedAt());
                statement.setString(17, handling.acknowledgedBy());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void setTime(PreparedStatement statement, int place, @Nullable Long micros) throws SQLException {
        statement.setObject(place, micros == null ? null : time(micros), Types.TIMESTAMP_WITH_TIMEZONE);
    }

    private void copy(Connection connection, String sql) throws SQLException {
        buffer.end();
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            copy.writeToCopy(buffer.bytes(), 0, buffer.length());
            copy.endCopy();
        } catch (SQLException e) {
            cancel(copy, e);
            throw e;
        }
    }

    private static void cancel(CopyIn copy, SQLException why) {
        try {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    private static void setOrigin(PreparedStatement statement, Origin origin) throws SQLException {
        statement.setInt(10, origin.partition());
        statement.setLong(11, origin.offset());
        statement.setInt(12, origin.index());
    }

    static OffsetDateTime time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }
}
