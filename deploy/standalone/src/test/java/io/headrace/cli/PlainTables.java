package io.headrace.cli;

import io.headrace.record.Origin;
import io.headrace.record.Reading;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a query should find: a plain table for each tier, in a database that knows of none, each reading once. */
final class PlainTables {
    private final String jdbcUrl;

    PlainTables(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
    }

    void fill(String tier, List<Reading> readings) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE public." + tier + " (device_id text, metric text, observed_at timestamptz,"
                    + " received_at timestamptz, value float8, text_value text, origin_partition int,"
                    + " origin_offset bigint, origin_index int)");
            connection.setAutoCommit(false);
            Set<Origin> once = new HashSet<>();
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO public." + tier + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                for (Reading reading : readings) {
                    if (once.add(reading.getOrigin())) {
                        add(reading, insert);
                    }
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }

    private static void add(Reading reading, PreparedStatement insert) throws SQLException {
        for (Map.Entry<String, Object> value : reading.getValues().entrySet()) {
            Object it = value.getValue();
            insert.setString(1, reading.getDeviceId());
            insert.setString(2, value.getKey());
            insert.setObject(3, reading.getObservedAt().atOffset(ZoneOffset.UTC));
            insert.setObject(4, reading.getReceivedAt().atOffset(ZoneOffset.UTC));
            insert.setObject(5, number(it));
            insert.setString(6, it instanceof Double ? null : it.toString());
            insert.setInt(7, reading.getOrigin().getPartition());
            insert.setLong(8, reading.getOrigin().getOffset());
            insert.setInt(9, reading.getOrigin().getIndex());
            insert.addBatch();
        }
    }

    private static @Nullable Double number(Object value) {
        return switch (value) {
            case Boolean flag -> flag ? 1.0 : 0.0;
            case Number number -> number.doubleValue();
            default -> null;
        };
    }

    /** Rows that pass, their values with a bar between. */
    List<String> rows(String tier, String condition) throws SQLException {
        String where = condition.replace("date_trunc('day', observed_at)", "(observed_at AT TIME ZONE 'UTC')::date");
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement()) {
            statement.execute("SET timezone = 'UTC'");
            List<String> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery("SELECT * FROM public." + tier + " WHERE " + where)) {
                while (result.next()) {
                    rows.add(result.getString(1) + "|" + result.getString(2) + "|"
                            + result.getObject(3, OffsetDateTime.class).toInstant() + "|"
                            + result.getObject(4, OffsetDateTime.class).toInstant() + "|"
                            + result.getObject(5) + "|" + result.getString(6) + "|" + result.getInt(7) + "|"
                            + result.getLong(8) + "|" + result.getInt(9));
                }
            }
            return rows;
        }
    }
}
