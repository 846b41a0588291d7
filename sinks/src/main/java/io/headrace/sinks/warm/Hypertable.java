package io.headrace.sinks.warm;

import io.headrace.sinks.warm.WarmSinkConfig.Width;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code headrace.readings} where TimescaleDB was in the database before the tables: chunks are made and dropped by the
 * extension, not by {@link ReadingPartitions}. Compression and the continuous aggregate {@code readings_hourly} come with
 * its community licence; without it, or where they fail, the sink goes on with the hypertable alone.
 *
 * @param extension schema that the extension's functions are in, quoted
 */
record Hypertable(String extension) {
    private static final Logger LOG = LoggerFactory.getLogger(Hypertable.class);

    private static final String FIND = """
            SELECT quote_ident(n.nspname)
            FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'timescaledb'
              AND (SELECT relkind FROM pg_class WHERE oid = 'headrace.readings'::regclass) = 'r'
            """;
    private static final String IS_MADE = """
            SELECT 1 FROM timescaledb_information.hypertables
            WHERE hypertable_schema = 'headrace' AND hypertable_name = 'readings'
            """;
    private static final String LICENSE = "SELECT 1 WHERE current_setting('timescaledb.license', true) = 'timescale'";

    /** Empty where readings are partitioned by PostgreSQL itself. */
    static Optional<Hypertable> find(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet schema = statement.executeQuery(FIND)) {
            return schema.next() ? Optional.of(new Hypertable(schema.getString(1))) : Optional.empty();
        }
    }

    /** Makes the hypertable where it isn't one yet, and what the licence lets us have; commits. */
    void make(Connection connection, Width width) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            PartitionTables.lock(statement);
            if (finds(statement, IS_MADE)) {
                connection.commit();
                return;
            }
            statement.execute(creation(width));
            connection.commit();
            if (!finds(statement, LICENSE)) {
                LOG.info("TimescaleDB without its community licence: no compression, no continuous aggregate");
            } else {
                addExtras(connection, statement);
            }
        }
        connection.commit();
    }

    private void addExtras(Connection connection, Statement statement) throws SQLException {
        for (List<String> extra : List.of(compression(), hourly())) {
            try {
                for (String sql : extra) {
                    statement.execute(sql);
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                LOG.warn("goes on without this of TimescaleDB, {}: {}", e.getMessage(), extra.get(0));
            }
        }
    }

    /** Drops chunks that have nothing as young as this; commits. */
    void dropOlderThan(Connection connection, Instant oldest) throws SQLException {
        String sql =
                "SELECT " + extension + ".drop_chunks('headrace.readings'::regclass, older_than => ?::timestamptz)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, oldest.atOffset(ZoneOffset.UTC));
            statement.execute();
        }
        connection.commit();
    }

    String creation(Width width) {
        return "SELECT " + extension + ".create_hypertable('headrace.readings', " + extension
                + ".by_range('observed_at', INTERVAL '1 " + width + "'), create_default_indexes => false)";
    }

    List<String> compression() {
        return List.of("""
                ALTER TABLE headrace.readings SET (timescaledb.compress,
                    timescaledb.compress_segmentby = 'device_id, metric',
                    timescaledb.compress_orderby = 'observed_at DESC')
                """, "SELECT " + extension + ".add_compression_policy('headrace.readings', INTERVAL '7 days')");
    }

    /** Over the raw values, so that it goes on where no windows of an hour are configured. */
    List<String> hourly() {
        return List.of(
                "CREATE MATERIALIZED VIEW headrace.readings_hourly WITH (timescaledb.continuous) AS"
                        + " SELECT device_id, metric, " + extension
                        + ".time_bucket(INTERVAL '1 hour', observed_at) AS hour,"
                        + " count(value) AS count, min(value) AS min, max(value) AS max, avg(value) AS mean"
                        + " FROM headrace.readings GROUP BY 1, 2, 3 WITH NO DATA",
                "SELECT " + extension + ".add_continuous_aggregate_policy('headrace.readings_hourly',"
                        + " start_offset => INTERVAL '3 days', end_offset => INTERVAL '1 hour',"
                        + " schedule_interval => INTERVAL '1 hour')");
    }

    private static boolean finds(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return rows.next();
        }
    }
}
