package io.headrace.sinks.warm;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The tables: made and brought up to date here, by Flyway, under an advisory lock, so that any number of tasks may start
 * at once. {@code headrace.schema_history} has what was applied.
 */
final class WarmSchema {
    /** Advisory lock of everything that makes or drops tables; any number that nobody else uses. */
    static final long LOCK = 0x68656164_72616365L;

    /** The newest of the scripts in {@code migrations}. */
    static final String VERSION = "10";

    private static final String MIGRATIONS = "classpath:io/headrace/sinks/warm/migrations";
    private static final String HISTORY = "schema_history";

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
            "readings.expires_on date",
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

    /**
     * Brings the tables up to date; commits.
     *
     * @param source connections whose statements may take long
     */
    static void migrate(Connection connection, DataSource source) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
            boolean current = exists(statement, HISTORY) && isCurrent(statement);
            String before = exists(statement, "schema_version") ? versionBeforeFlyway(statement) : "0";
            connection.commit();
            if (!current) {
                migrate(source, before);
            }
            statement.execute("SELECT pg_advisory_unlock(" + LOCK + ")");
        }
        connection.commit();
    }

    private static void migrate(DataSource source, String before) throws SQLException {
        try {
            Flyway.configure(WarmSchema.class.getClassLoader())
                    .dataSource(source)
                    .locations(MIGRATIONS)
                    .schemas("headrace")
                    .table(HISTORY)
                    .baselineOnMigrate(true)
                    .baselineVersion(before)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            String why = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
            throw new SQLException("schema headrace isn't up to date: " + why, "55000", e);
        }
    }

    /**
     * @throws SQLException with SQLSTATE 42804 where a column isn't there or has another type than we write: its keeper
     *     must heal that, and until then nothing is lost
     */
    static void requireOwnTables(Connection connection) throws SQLException {
        Set<String> missing = new HashSet<>(COLUMNS);
        try (Statement statement = connection.createStatement()) {
            names(statement, ACTUAL_COLUMNS).forEach(missing::remove);
        }
        if (!missing.isEmpty()) {
            throw new SQLException("schema headrace was changed; it has no " + missing, "42804");
        }
    }

    private static List<String> names(Statement statement, String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static boolean exists(Statement statement, String table) throws SQLException {
        return !names(statement, "SELECT 1 WHERE to_regclass('headrace." + table + "') IS NOT NULL")
                .isEmpty();
    }

    private static boolean isCurrent(Statement statement) throws SQLException {
        return !names(statement, "SELECT 1 FROM headrace." + HISTORY + " WHERE success AND version = '" + VERSION + "'")
                .isEmpty();
    }

    /** Tables from before Flyway kept their history themselves. */
    private static String versionBeforeFlyway(Statement statement) throws SQLException {
        return names(statement, "SELECT coalesce(max(version), 0) FROM headrace.schema_version")
                .get(0);
    }
}
