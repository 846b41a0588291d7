package io.headrace.sinks.warm;

import io.headrace.sinks.warm.Cells.Column;
import io.headrace.sinks.warm.Cells.Kind;
import io.headrace.sinks.warm.WarmRow.AnomalyRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** The table of anomalies: each in its newest state, which is the record of the highest revision. */
final class AnomalyTable {
    private static final String ID = "id";

    private static final List<Column> COLUMNS = List.of(
            new Column(ID, ID, Kind.TEXT, ""),
            new Column("device_id", "device_id", Kind.TEXT, null),
            new Column("metric", "metric", Kind.TEXT, null),
            new Column("started_at", "start", Kind.TIME, null),
            new Column("received_at", "received_at", Kind.TIME, null),
            new Column("detector", "detector", Kind.TEXT, null),
            new Column("score", "score", Kind.NUMBER, null),
            new Column("value", "value", Kind.NUMBER, null),
            new Column("expected", "expected", Kind.NUMBER, null),
            new Column("reason", "reason", Kind.TEXT, null),
            new Column("origin_partition", "partition", Kind.OF_ORIGIN, null),
            new Column("origin_offset", "offset", Kind.OF_ORIGIN, null),
            new Column("origin_index", "index", Kind.OF_ORIGIN, null),
            new Column("revision", "revision", Kind.WHOLE, 0),
            new Column("state", "state", Kind.TEXT, "CLOSED"),
            new Column("event", "event", Kind.TEXT, ""),
            new Column("ended_at", "end", Kind.TIME, null),
            new Column("severity", "severity", Kind.TEXT, "WARNING"),
            new Column("low", "low", Kind.NUMBER, null),
            new Column("high", "high", Kind.NUMBER, null),
            new Column("peak_value", "peak_value", Kind.NUMBER, null),
            new Column("peak_at", "peak_at", Kind.TIME, null),
            new Column("peak_score", "peak_score", Kind.NUMBER, null),
            new Column("strange_values", "strange_values", Kind.WHOLE, 1L),
            new Column("threshold", "threshold", Kind.NUMBER, null),
            new Column("suppressed", "suppressed", Kind.TEXT, null),
            new Column("suppressed_by", "suppressed_by", Kind.TEXT, null),
            new Column("verdict", "verdict", Kind.TEXT, null),
            new Column("acknowledged_at", "acknowledged_at", Kind.TIME, null),
            new Column("acknowledged_by", "acknowledged_by", Kind.TEXT, null),
            new Column("note", "note", Kind.TEXT, null));

    private static final String UPSERT = "INSERT INTO headrace.anomalies AS a (" + Cells.list(COLUMNS, Column::name)
            + ") VALUES (" + Cells.list(COLUMNS, column -> "?") + ") ON CONFLICT (id) DO UPDATE SET "
            + Cells.list(COLUMNS, column -> column.name() + " = excluded." + column.name())
            + " WHERE excluded.revision >= a.revision";

    private AnomalyTable() {}

    /** @throws NullPointerException where something is missing that each has */
    static AnomalyRow row(Struct record) {
        List<@Nullable Object> cells = Cells.read(COLUMNS, record);
        if ("".equals(cells.get(0))) {
            cells.set(0, idBeforeThereWasOne(record));
        }
        return new AnomalyRow(cells);
    }

    /** As the processors make it. */
    private static String idBeforeThereWasOne(Struct record) {
        Struct origin = record.getStruct("origin");
        int index = origin.getInt32("index");
        return RowReader.storable(
                ID,
                record.getString("device_id") + "/" + record.getString("metric") + "/" + origin.getInt32("partition")
                        + ":" + origin.getInt64("offset") + (index > 0 ? "#" + index : ""));
    }

    static void upsert(Connection connection, List<AnomalyRow> rows) throws SQLException {
        Cells.write(
                connection,
                UPSERT,
                COLUMNS,
                rows.stream().map(AnomalyRow::cells).toList());
    }
}
