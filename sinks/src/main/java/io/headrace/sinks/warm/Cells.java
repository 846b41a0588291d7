package io.headrace.sinks.warm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Rows of a table that gets few of them, column by column from the fields of a record. */
final class Cells {
    private Cells() {}

    enum Kind {
        TEXT(Types.VARCHAR),
        NUMBER(Types.DOUBLE),
        /** Of microseconds. */
        HOURS(Types.DOUBLE),
        WHOLE(Types.BIGINT),
        OF_ORIGIN(Types.BIGINT),
        TIME(Types.TIMESTAMP_WITH_TIMEZONE);

        private static final double MICROS_PER_HOUR = 3.6e9;

        private final int sqlType;

        Kind(int sqlType) {
            this.sqlType = sqlType;
        }
    }

    /**
     * @param field of the record
     * @param otherwise what a record has that is from before there was such a field
     */
    record Column(
            String name, String field, Kind kind, @Nullable Object otherwise) {
        private @Nullable Object read(Struct record) {
            Object value = kind == Kind.OF_ORIGIN ? record.getStruct("origin").get(field) : find(record);
            if (value == null) {
                return otherwise;
            }
            return switch (kind) {
                case TEXT -> RowReader.storable(field, (String) value);
                case TIME -> RowTables.time(RowReader.storable(field, (Long) value));
                case HOURS -> (Long) value / Kind.MICROS_PER_HOUR;
                case NUMBER, WHOLE, OF_ORIGIN -> value;
            };
        }

        private @Nullable Object find(Struct record) {
            return record.schema().field(field) == null ? null : record.get(field);
        }
    }

    /** @throws NullPointerException where something is missing that each has */
    static List<@Nullable Object> read(List<Column> columns, Struct record) {
        List<@Nullable Object> cells = new ArrayList<>(columns.size());
        columns.forEach(column -> cells.add(column.read(record)));
        return cells;
    }

    /** What {@code text} makes of each column, parted by commas. */
    static String list(List<Column> columns, Function<Column, String> text) {
        return columns.stream().map(text).collect(Collectors.joining(", "));
    }

    /** Runs a statement, whose places are the columns in their order, for each row. */
    static void write(
            Connection connection, String sql, List<Column> columns, List<? extends List<@Nullable Object>> rows)
            throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (List<@Nullable Object> row : rows) {
                for (int i = 0; i < columns.size(); i++) {
                    statement.setObject(i + 1, row.get(i), columns.get(i).kind().sqlType);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
