package io.headrace.sinks.warm;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.sinks.SinkRecords;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who asks finds: views, rights, words about every column, and plans that don't read whole partitions. */
class AnalystsIT {
    /** Rows that are there beside those of the tests. */
    private static final int ROWS = 300_000;

    @TempDir
    static Path folder;

    private static final SinkRecords RECORDS = new SinkRecords();
    private static WarmDatabase database;
    private static WorkerStandIn task;

    @BeforeAll
    static void fill() throws SQLException {
        database = new WarmDatabase(folder);
        task = new WorkerStandIn(database.jdbcUrl(), Map.of());
        task.put();
        task.sweep();
        database.execute("INSERT INTO headrace.readings SELECT 'fleet' || i % 500, 'm' || i % 4,"
                + " '2026-03-04Z'::timestamptz + i * interval '0.5 second', now(), i, null, 9, i, 0"
                + " FROM generate_series(1, " + ROWS + ") i");
        database.execute("INSERT INTO headrace.series SELECT device_id, metric,"
                + " (max(observed_at) AT TIME ZONE 'UTC')::date FROM headrace.readings GROUP BY 1, 2");
        database.execute("VACUUM (ANALYZE) headrace.readings, headrace.series");
    }

    @AfterAll
    static void stop() {
        task.close();
        database.stop();
    }

    @Test
    void theNewestValueOfEachMetricIsFoundWhateverTheOrderOfTheirComing() throws SQLException {
        // Given
        String old = "2026-02-01T00:00:00Z";
        task.put(
                RECORDS.reading(0, 0, "pump", Map.of("flow", 2.5, "on", true, "state", "idle", "n", Long.MAX_VALUE)),
                RECORDS.of(CATALOGUE.readings(), 0, 1, SinkRecords.reading("late", NOON, 1, Map.of("m", 7.0))),
                RECORDS.of(
                        CATALOGUE.readings(),
                        0,
                        2,
                        SinkRecords.reading("late", NOON.minus(Duration.ofDays(40)), 2, Map.of("m", 6.0))),
                RECORDS.of(
                        CATALOGUE.readings(),
                        0,
                        3,
                        SinkRecords.reading("late", NOON.plus(Duration.ofDays(4_000)), 3, Map.of("m", 8.0))));
        task.put(RECORDS.readingAt(4, old));
        WorkerStandIn other = new WorkerStandIn(
                database.jdbcUrl(), Map.of(), Clock.fixed(NOON.plus(Duration.ofDays(1)), ZoneOffset.UTC));
        other.put();
        other.put(RECORDS.readingAt(5, "2026-03-05T00:00:00Z"), RECORDS.readingAt(6, "2026-03-04T00:00:00Z"));
        other.close();

        // When / Then
        assertThat(database.rows("SELECT device_id, values FROM headrace.devices_now"
                        + " WHERE device_id IN ('pump', 'late') ORDER BY 1"))
                .containsExactly(
                        "late|{\"m\": 7}",
                        "pump|{\"n\": 9223372036854775807, \"on\": true, \"flow\": 2.5, \"state\": \"idle\"}");
        assertThat(database.rows("SELECT observed_at = '2026-03-05Z' FROM headrace.latest WHERE device_id = 'd'"))
                .containsExactly("t");
    }

    @Test
    void allDevicesNowLooksOnceForEachSeriesAndScansNoPartition() throws SQLException {
        List<String> plan = plan("SELECT * FROM headrace.devices_now");

        assertThat(plan).noneMatch(line -> line.contains("Seq Scan on readings") || line.contains("Bitmap"));
        assertThat(database.rows("SELECT count(*), sum(jsonb_array_length(jsonb_path_query_array(values, '$.*')))"
                        + " FROM headrace.devices_now WHERE device_id LIKE 'fleet%'"))
                .containsExactly("500|500");
        assertThat(buffers(plan)).isLessThan(20_000);
    }

    @Test
    void theLastHourOfOneMetricReadsItsOwnRowsOnly() throws SQLException {
        List<String> plan = plan("SELECT observed_at, value FROM headrace.readings WHERE device_id = 'fleet17'"
                + " AND metric = 'm1' AND observed_at > timestamptz '2026-03-05 12:00Z' - interval '1 hour'"
                + " ORDER BY observed_at");

        assertThat(plan).noneMatch(line -> line.contains("Seq Scan on readings_2026_03_05"));
        assertThat(plan).noneMatch(line -> line.contains("readings_2026_03_04"));
        assertThat(buffers(plan)).isLessThan(200);
    }

    @Test
    void devicesWhoseNamesBeginAlikeAreFoundByTheIndex() throws SQLException {
        List<String> plan = plan("SELECT count(*) FROM headrace.readings WHERE device_id LIKE 'fleet17%'"
                + " AND metric = 'm1' AND observed_at > timestamptz '2026-03-05 12:00Z' - interval '1 hour'");

        assertThat(plan).noneMatch(line -> line.contains("Seq Scan on readings_2026_03_05"));
        assertThat(buffers(plan)).isLessThan(200);
    }

    @Test
    void theLastHourOfAllDevicesReadsItsOwnBlocksOnly() throws SQLException {
        long all = Long.parseLong(database.rows("SELECT pg_relation_size('headrace.readings_2026_03_04') / 8192")
                .get(0));

        List<String> plan = plan("SELECT metric, avg(value) FROM headrace.readings"
                + " WHERE observed_at >= '2026-03-04 23:00Z' AND observed_at < '2026-03-05Z' GROUP BY metric");

        assertThat(buffers(plan)).isLessThan(all / 4);
    }

    @Test
    void anAnalystReadsWhatWasMeasuredAndNothingElse() throws SQLException {
        for (String table : List.of(
                "readings",
                "aggregates",
                "anomalies",
                "alerts",
                "latest",
                "devices_now",
                "minutely",
                "hourly",
                "open_alerts",
                "predictions",
                "remaining_life",
                "open_anomalies")) {
            assertThat(database.rowsAs("analyst", "SELECT count(*) FROM headrace." + table))
                    .as(table)
                    .hasSize(1);
        }
        for (String forbidden : List.of(
                "SELECT * FROM headrace.sink_offsets",
                "SELECT * FROM headrace.schema_history",
                "DELETE FROM headrace.readings",
                "CREATE TABLE headrace.mine (n int)")) {
            assertThatThrownBy(() -> database.execute("SET ROLE analyst; " + forbidden))
                    .as(forbidden)
                    .hasMessageContaining("permission denied");
        }
        assertThat(database.rows("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'analyst'"))
                .containsExactly("f");
    }

    @Test
    void everyTableAndColumnIsExplained() throws SQLException {
        assertThat(database.rows("SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                        + " WHERE c.relnamespace = 'headrace'::regnamespace AND c.relkind IN ('r', 'p')"
                        + " AND NOT c.relispartition AND c.relname NOT LIKE 'schema_history%' AND a.attnum > 0"
                        + " AND col_description(c.oid, a.attnum) IS NULL"))
                .isEmpty();
        assertThat(database.rows("SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'headrace'::regnamespace"
                        + " AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition"
                        + " AND c.relname NOT LIKE 'schema_history%' AND obj_description(c.oid) IS NULL"))
                .isEmpty();
    }

    @Test
    void theHistoryEndsWithTheNewestScript() throws SQLException {
        assertThat(database.rows("SELECT max(version::int) FROM headrace.schema_history"))
                .containsExactly(WarmSchema.VERSION);
    }

    private static List<String> plan(String sql) throws SQLException {
        return database.rows("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) " + sql);
    }

    /** Of the whole plan: pages of 8 KiB that were looked at. */
    private static long buffers(List<String> plan) {
        for (String line : plan) {
            if (line.strip().startsWith("Buffers: shared")) {
                long pages = 0;
                for (String word : line.strip().split(" ", -1)) {
                    if (word.startsWith("hit=") || word.startsWith("read=")) {
                        pages += Long.parseLong(word.substring(word.indexOf('=') + 1));
                    }
                }
                return pages;
            }
        }
        throw new AssertionError(plan);
    }
}
