package io.headrace.sinks.warm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tables: made and brought up to date here, under an advisory lock, so that any number of tasks may start at once.
 * {@code headrace.schema_version} has what was applied.
 */
final class WarmSchema {
    /** Advisory lock of everything that makes or drops tables; any number that nobody else uses. */
    static final long LOCK = 0x68656164_72616365L;

    private static final List<String> SCRIPTS = List.of("V1.sql", "V2.sql");

    /** What the binary COPY relies on: another type would make every record look like poison. */
    private static final Set<String> COLUMNS = Set.of(
            "readings.device_id text",
            "readings.metric text",
            "readings.observed_at timestamp with time zone",
            "readings.received_at timestamp with time zone",
            "readings.value double precision",
            "readings.text_value text",
            "readings.origin_partition integer",
            "readings.origin_offset bigint",
            "readings.origin_index integer",
            "aggregates.device_id text",
            "aggregates.metric text",
            "aggregates.kind text",
            "aggregates.window_size interval",
            "aggregates.window_start timestamp with time zone",
            "aggregates.window_end timestamp with time zone",
            "aggregates.revision integer",
            "aggregates.provisional boolean",
            "aggregates.count bigint",
            "aggregates.received_at timestamp with time zone",
            "aggregates.window_name text",
            "aggregates.group_by text",
            "aggregates.group_value text",
            "aggregates.increase double precision",
            "aggregates.rate double precision",
            "aggregates.expected_count double precision",
            "aggregates.missing_ratio double precision",
            "aggregates.uptime_ratio double precision");

    private static final String ACTUAL_COLUMNS = """
            SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'headrace'::regnamespace AND c.relname IN ('readings', 'aggregates')
              AND a.attnum > 0 AND NOT a.attisdropped
            """;

    private WarmSchema() {}

    /** Brings the tables up to date; commits. */
    static void migrate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            statement.execute("CREATE SCHEMA IF NOT EXISTS headrace");
            statement.execute("CREATE TABLE IF NOT EXISTS headrace.schema_version"
                    + " (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
            int applied = appliedVersion(statement);
            for (int version = applied + 1; version <= SCRIPTS.size(); version++) {
                statement.execute(script(SCRIPTS.get(version - 1)));
                statement.execute("INSERT INTO headrace.schema_version (version) VALUES (" + version + ")");
            }
        }
        connection.commit();
    }

    /**
     * @throws SQLException with SQLSTATE 42804 where a column isn't there or has another type than we write: its keeper
     *     must heal that, and until then nothing is lost
     */
    static void requireOwnTables(Connection connection) throws SQLException {
        Set<String> missing = new HashSet<>(COLUMNS);
        try (Statement statement = connection.createStatement();
                ResultSet columns = statement.executeQuery(ACTUAL_COLUMNS)) {
            while (columns.next()) {
                missing.remove(columns.getString(1));
            }
        }
        if (!missing.isEmpty()) {
            throw new SQLException("schema headrace was changed; it has no " + missing, "42804");
        }
    }

    private static int appliedVersion(Statement statement) throws SQLException {
        try (ResultSet version =
                statement.executeQuery("SELECT coalesce(max(version), 0) FROM headrace.schema_version")) {
            version.next();
            return version.getInt(1);
        }
    }

    private static String script(String name) {
        try (InputStream in = WarmSchema.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " isn't in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
