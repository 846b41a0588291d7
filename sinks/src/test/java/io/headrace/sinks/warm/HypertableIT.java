package io.headrace.sinks.warm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.sinks.SinkRecords;
import io.headrace.sinks.warm.WarmSinkConfig.Width;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the sink does where an extension named timescaledb is there. The extension is a stand-in with the functions that
 * are called, so this shows when they are called and that the sink works on a table that it has no partitions of; not
 * that TimescaleDB takes them.
 */
class HypertableIT {
    private static final String CONTROL = "default_version = '0'\nrelocatable = false\nschema = public\n";
    private static final String SCRIPT = """
            CREATE SCHEMA timescaledb_information;
            CREATE TABLE timescaledb_information.hypertables (hypertable_schema text, hypertable_name text, width text);
            CREATE TABLE timescaledb_information.continuous_aggregates (view_schema text, view_name text,
                materialization_hypertable_schema text, materialization_hypertable_name text);
            CREATE FUNCTION public.by_range(name, interval) RETURNS text LANGUAGE sql
                AS $$ SELECT $1::text || ' by ' || $2::text $$;
            CREATE FUNCTION public.create_hypertable(relation regclass, dimension text, create_default_indexes boolean)
                RETURNS void LANGUAGE sql
                AS $$ INSERT INTO timescaledb_information.hypertables VALUES ('headrace', 'readings', dimension) $$;
            CREATE FUNCTION public.drop_chunks(relation regclass, older_than timestamptz) RETURNS void LANGUAGE plpgsql
                AS $$ BEGIN EXECUTE format('DELETE FROM %s WHERE observed_at < %L', relation, older_than); END $$;
            """;

    @TempDir
    static Path folder;

    private static WarmDatabase database;

    @BeforeAll
    static void startDatabase() throws IOException, SQLException {
        database = new WarmDatabase(folder.resolve("postgres"));
        Path extension = Files.createDirectories(folder.resolve("share/extension"));
        Files.writeString(extension.resolve("timescaledb.control"), CONTROL);
        Files.writeString(extension.resolve("timescaledb--0.sql"), SCRIPT);
        database.execute(
                "SET extension_control_path = '" + folder.resolve("share") + "'; CREATE EXTENSION timescaledb");
        database.execute("ALTER DATABASE headrace SET timescaledb.license = 'timescale'");
    }

    @AfterAll
    static void stopDatabase() {
        database.stop();
    }

    @Test
    void readingsAreAHypertableWhoseChunksAreTheExtensions() throws SQLException {
        // Given
        SinkRecords records = new SinkRecords();
        WorkerStandIn task = new WorkerStandIn(database.jdbcUrl(), Map.of("retention.days", "30"));
        task.put();
        task.put(records.readingAt(0, "2026-01-01T00:00:00Z"), records.readingAt(1, "2026-03-04T00:00:00Z"));
        assertThat(database.count("readings")).isEqualTo(2);

        // When
        task.sweep();
        task.put(records.readingAt(2, "2026-03-04T01:00:00Z"));
        task.close();

        // Then
        assertThat(database.rows("SELECT width FROM timescaledb_information.hypertables"))
                .containsExactly("observed_at by 1 day");
        assertThat(database.rows("SELECT relkind FROM pg_class WHERE oid = 'headrace.readings'::regclass"))
                .containsExactly("r");
        assertThat(database.rows("SELECT origin_offset FROM headrace.readings ORDER BY 1"))
                .containsExactly("1", "2");
        assertThat(database.rows("SELECT observed_at = '2026-03-04 01:00Z' FROM headrace.latest"))
                .containsExactly("t");
    }

    @Test
    void whatAContinuousAggregateKeepsOfADeviceIsErasedWithIt() throws SQLException {
        // Given
        database.execute("CREATE TABLE public.hours AS SELECT * FROM (VALUES ('d1', 't', 3), ('d2', 't', 4))"
                + " v (device_id, metric, count)");
        database.execute("INSERT INTO timescaledb_information.continuous_aggregates"
                + " VALUES ('headrace', 'readings_hourly', 'public', 'hours'), ('mine', 'own', 'mine', 'gone')");
        WarmErasure erasure = new WarmErasure(database.jdbcUrl(), Optional.empty(), Optional.empty());

        // When
        long found = erasure.count("d1");
        long erased = erasure.erase("d1");

        // Then
        assertThat(found).isEqualTo(1);
        assertThat(erased).isEqualTo(1);
        assertThat(database.rows("SELECT device_id FROM public.hours")).containsExactly("d2");
    }

    /** PostgreSQL knows the grammar, if not the meaning. */
    @Test
    void noStatementIsASyntaxError() throws SQLException {
        Hypertable hypertable = new Hypertable("public");
        List<String> states = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = connection.createStatement()) {
            for (String sql : Stream.of(
                            List.of(hypertable.creation(Width.MONTH)), hypertable.compression(), hypertable.hourly())
                    .flatMap(List::stream)
                    .toList()) {
                try {
                    statement.execute(sql);
                    states.add("00000");
                } catch (SQLException e) {
                    states.add(e.getSQLState());
                }
            }
        }
        assertThat(states).hasSize(5).doesNotContain("42601");
    }
}
