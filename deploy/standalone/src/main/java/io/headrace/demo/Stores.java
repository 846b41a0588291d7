package io.headrace.demo;

import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.ColdTable;
import io.headrace.standalone.Whereabouts;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads both tiers as anybody would: PostgreSQL by SQL, the Iceberg table's current files with DuckDB. */
final class Stores {
    private final Whereabouts where;
    private final ColdCatalog catalog;

    /**
     * The warm tier.
     *
     * @param rows of readings, one for each value
     * @param repeated rows that another row repeats
     * @param windows rows of aggregates
     * @param counted values counted in the windows of the smallest size
     * @param anomalies rows
     * @param alerts rows
     */
    record Warm(long rows, long repeated, long windows, long counted, long anomalies, long alerts) {}

    /**
     * The cold tier.
     *
     * @param rows of readings, one for each reading
     * @param values in them
     * @param repeated rows that another row repeats
     * @param files of the current snapshot
     */
    record Cold(long rows, long values, long repeated, int files) {}

    /**
     * One row of anomalies.
     *
     * @param device whose
     * @param metric of it
     * @param start event time
     * @param score 0 to 1
     */
    record Found(String device, String metric, Instant start, double score) {}

    Stores(Whereabouts where) {
        this.where = where;
        this.catalog = new ColdCatalog(where.postgres(), Optional.empty(), Optional.empty(), where.warehouse());
    }

    /** Rows of readings; the cheap question to ask again and again. */
    long warmRows() throws SQLException {
        try (Connection connection = DriverManager.getConnection(where.postgres())) {
            return number(connection, "SELECT count(*) FROM headrace.readings");
        }
    }

    /** As the current snapshot's own figures have it, without reading a file. */
    long coldRows() {
        return ColdTable.contents(catalog).rows();
    }

    Warm warm() throws SQLException {
        try (Connection connection = DriverManager.getConnection(where.postgres())) {
            return new Warm(
                    number(connection, "SELECT count(*) FROM headrace.readings"),
                    number(
                            connection,
                            "SELECT count(*) - count(DISTINCT (origin_partition, origin_offset, origin_index, metric))"
                                    + " FROM headrace.readings"),
                    number(connection, "SELECT count(*) FROM headrace.aggregates"),
                    number(
                            connection,
                            "SELECT coalesce(sum(count), 0) FROM headrace.aggregates"
                                    + " WHERE window_name = '' AND window_size = (SELECT min(window_size)"
                                    + " FROM headrace.aggregates WHERE window_name = '')"),
                    number(connection, "SELECT count(*) FROM headrace.anomalies"),
                    number(connection, "SELECT count(*) FROM headrace.alerts"));
        }
    }

    List<Found> anomalies() throws SQLException {
        List<Found> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(where.postgres());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT device_id, metric, started_at, score"
                        + " FROM headrace.anomalies ORDER BY device_id, started_at, metric")) {
            while (rows.next()) {
                Instant start = rows.getTimestamp(3).toInstant();
                found.add(new Found(rows.getString(1), rows.getString(2), start, rows.getDouble(4)));
            }
        }
        return found;
    }

    Cold cold() throws SQLException {
        ColdTable.Contents contents = ColdTable.contents(catalog);
        if (contents.files().isEmpty()) {
            return new Cold(0, 0, 0, 0);
        }
        String files = contents.files().stream()
                .map(file -> "'" + file.replaceFirst("^file:(//)?", "").replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "[", "]"));
        String from = " FROM read_parquet(" + files + ")";
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            try (Statement statement = duck.createStatement()) {
                statement.execute("SET memory_limit = '256MB'");
                statement.execute("SET threads = 2");
            }
            return new Cold(
                    number(duck, "SELECT count(*)" + from),
                    number(duck, "SELECT coalesce(sum(cardinality(numbers)), 0)::BIGINT" + from),
                    number(
                            duck,
                            "SELECT count(*) - count(DISTINCT (origin_partition, origin_offset, origin_index))" + from),
                    contents.files().size());
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
