package io.headrace.guarantee;

import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.ColdTable;
import io.headrace.testing.ProcessingGuarantee.Stored;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What both tiers have of messages {@code {"n": number}}. */
final class StoredMessages {
    private StoredMessages() {}

    static List<Stored> inPostgres(UpProcess up) throws SQLException {
        return inPostgres(up, "n");
    }

    /** @param metric where the number is */
    static List<Stored> inPostgres(UpProcess up, String metric) throws SQLException {
        try (Connection connection = DriverManager.getConnection(up.jdbcUrl())) {
            return rows(
                    connection,
                    "SELECT device_id, value, origin_partition, origin_offset FROM headrace.readings WHERE metric = '"
                            + metric + "'");
        }
    }

    static List<Stored> inIceberg(UpProcess up) throws SQLException {
        ColdCatalog catalog = new ColdCatalog(
                up.jdbcUrl(), Optional.empty(), Optional.empty(), up.data().resolve("cold"));
        List<String> paths = ColdTable.contents(catalog).files();
        if (paths.isEmpty()) {
            return List.of();
        }
        String files = paths.stream()
                .map(path -> "'" + path.replaceFirst("^file:(//)?", "") + "'")
                .collect(Collectors.joining(", "));
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            return rows(
                    duck,
                    "SELECT device_id, numbers['n'], origin_partition, origin_offset FROM read_parquet([" + files
                            + "]) WHERE numbers['n'] IS NOT NULL");
        }
    }

    private static List<Stored> rows(Connection connection, String sql) throws SQLException {
        List<Stored> stored = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                stored.add(new Stored(rows.getString(1), (long) rows.getDouble(2), rows.getInt(3), rows.getLong(4)));
            }
        }
        return stored;
    }
}
