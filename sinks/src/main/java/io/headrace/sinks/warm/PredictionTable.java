package io.headrace.sinks.warm;

import io.headrace.sinks.warm.Cells.Column;
import io.headrace.sinks.warm.Cells.Kind;
import io.headrace.sinks.warm.WarmRow.PredictionRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import org.apache.kafka.connect.data.Struct;

/** The table of predictions: all that were told of a device, by the time from which what remains is counted. */
final class PredictionTable {
    /** Of one statement, well under a write's timeout. */
    private static final int BATCH = 20_000;

    private static final List<Column> COLUMNS = List.of(
            new Column("device_id", "device_id", Kind.TEXT, null),
            new Column("model", "model", Kind.TEXT, null),
            new Column("version", "version", Kind.WHOLE, null),
            new Column("predicted_at", "at", Kind.TIME, null),
            new Column("received_at", "received_at", Kind.TIME, null),
            new Column("remaining_hours", "remaining_us", Kind.HOURS, null),
            new Column("low_hours", "low_us", Kind.HOURS, null),
            new Column("high_hours", "high_us", Kind.HOURS, null),
            new Column("health", "health", Kind.NUMBER, null),
            new Column("reason", "reason", Kind.TEXT, ""),
            new Column("origin_partition", "partition", Kind.OF_ORIGIN, null),
            new Column("origin_offset", "offset", Kind.OF_ORIGIN, null),
            new Column("origin_index", "index", Kind.OF_ORIGIN, null));

    private static final String UPSERT = "INSERT INTO headrace.predictions (" + Cells.list(COLUMNS, Column::name)
            + ") VALUES (" + Cells.list(COLUMNS, column -> "?")
            + ") ON CONFLICT (device_id, model, predicted_at) DO UPDATE SET "
            + Cells.list(COLUMNS, column -> column.name() + " = excluded." + column.name());

    private static final String DELETE = "DELETE FROM headrace.predictions WHERE ctid = ANY (ARRAY("
            + "SELECT ctid FROM headrace.predictions WHERE predicted_at < ?::date LIMIT " + BATCH + "))";

    private PredictionTable() {}

    /** @throws NullPointerException where something is missing that each has */
    static PredictionRow row(Struct record) {
        return new PredictionRow(Cells.read(COLUMNS, record));
    }

    static void upsert(Connection connection, List<PredictionRow> rows) throws SQLException {
        Cells.write(
                connection,
                UPSERT,
                COLUMNS,
                rows.stream().map(PredictionRow::cells).toList());
    }

    /**
     * Deletes those from before a day in UTC.
     *
     * @return false where some are left
     */
    static boolean deleteBefore(Connection connection, LocalDate day) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
            delete.setObject(1, day);
            return delete.executeUpdate() < BATCH;
        }
    }
}
