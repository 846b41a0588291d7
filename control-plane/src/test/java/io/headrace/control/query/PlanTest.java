package io.headrace.control.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.control.query.Plan.Scan;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found out of a statement by the plan of the DuckDB that is shipped. */
class PlanTest {
    private Duck duck;

    @BeforeEach
    void open(@TempDir Path folder) throws SQLException {
        QueryConfig config = QueryConfig.from(io.headrace.config.Settings.of(Map.of()));
        duck = Duck.open(config, folder);
        duck.lock(Optional.empty());
        duck.execute("CREATE SCHEMA warm");
        duck.execute("CREATE SCHEMA cold");
        for (Relation relation : Relation.values()) {
            duck.execute("CREATE TABLE " + relation.table() + " (" + relation.definition() + ")");
        }
        for (String view : Tier.BOTH.views()) {
            duck.execute(view);
        }
    }

    @AfterEach
    void close() throws SQLException {
        duck.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "device_id = 'it''s'                           | device_id = ?                                [it's]",
                "metric IN ('a', 'b)')                         | metric IN (?, ?)                             [a, b)]",
                "metric = 'a' OR metric = 'b AND c'            | (metric = ? OR metric = ?)                   [a, b AND c]",
                "observed_at >= '2026-01-01 02:00:00+02'       | observed_at >= ?                             [2026-01-01T00:00Z]",
                "observed_at < '2026-01-01 00:00:00.000123'    | observed_at < ?                              [2026-01-01T00:00:00.000123Z]",
                "date_trunc('day', observed_at) = '2026-01-01' | (observed_at >= ? AND observed_at < ?)       [2026-01-01T00:00Z, 2026-01-02T00:00Z]",
                "value > 20 AND value <= 1e3                   | (value > ? AND value <= ?)                   [20.0, 1000.0]",
                "origin_offset BETWEEN 5 AND 7                 | (origin_offset >= ? AND origin_offset <= ?)  [5, 7]",
                "metric LIKE 'temp%'                           | (metric COLLATE \"C\" >= ? AND metric COLLATE \"C\" < ?) [temp, temq]",
                "text_value IS NULL                            | text_value IS NULL                           []",
                "lower(metric) = 'a'                           | true                                         []",
                "device_id = 'a' AND lower(metric) = 'b'       | device_id = ?                                [a]",
                "device_id = 'a' OR lower(metric) = 'b'        | true                                         []",
                "device_id <> 'a'                              | true                                         []",
                "CASE WHEN value > 1 AND device_id = 'a' THEN true ELSE metric = 'b' END | true []",
                "NOT (device_id = 'a' AND metric = 'b')        | true                                         []",
            })
    void conditionsAreUnderstoodOrLeftOut(String condition, String understood) throws SQLException {
        FilterSql sql =
                FilterSql.forPostgres(scan("SELECT device_id FROM readings WHERE " + condition, Relation.READINGS)
                        .filter());
        assertThat(sql.condition() + " " + sql.constants()).isEqualToNormalizingWhitespace(understood);
    }

    @Test
    void nowIsAConstant() throws SQLException {
        Scan scan = scan("SELECT 1 FROM readings WHERE observed_at > now() - INTERVAL 1 HOUR", Relation.READINGS);
        assertThat(FilterSql.forPostgres(scan.filter()).constants()).hasSize(1);
    }

    @Test
    void columnsAreThoseThatAnythingIsMadeOf() throws SQLException {
        assertThat(scan("SELECT count(*) FROM readings", Relation.READINGS).columns())
                .isEmpty();
        assertThat(scan(
                                "SELECT avg(value) FROM (SELECT * FROM readings) WHERE upper(metric) = 'A' AND device_id = 'b'",
                                Relation.READINGS)
                        .columns())
                .isEqualTo(Set.of("value", "metric", "device_id"));
    }

    @Test
    void aTableThatIsReadTwiceNeedsTheRowsOfBoth() throws SQLException {
        Scan scan = scan(
                "SELECT a.value, b.text_value FROM readings a JOIN readings b USING (device_id)"
                        + " WHERE a.metric = 'x' AND b.metric = 'y' AND device_id = 'd'",
                Relation.READINGS);
        FilterSql sql = FilterSql.forPostgres(scan.filter());
        assertThat(sql.condition()).contains(" OR ");
        assertThat(sql.constants()).containsExactlyInAnyOrder("d", "x", "d", "y");
        assertThat(scan.columns()).contains("value", "text_value");
        Scan all = scan("SELECT 1 FROM readings a, readings b WHERE a.metric = 'x'", Relation.READINGS);
        assertThat(all.filter()).isEqualTo(Filter.everything());
    }

    @Test
    void aViewIsSeenThrough() throws SQLException {
        Scan scan = scan("SELECT p95 FROM hourly WHERE device_id = 'd'", Relation.AGGREGATES);
        FilterSql sql = FilterSql.forPostgres(scan.filter());
        assertThat(sql.condition()).contains("window_size = CAST(? AS interval)", "device_id = ?", "kind = ?");
        assertThat(sql.constants()).contains("01:00:00", "d", "TUMBLING");
        assertThat(scan.columns()).contains("p95").doesNotContain("p50");
    }

    @Test
    void conditionsOnAWholeReadingAreToldFromThoseOnItsMetrics() throws SQLException {
        Filter filter = scan(
                        "SELECT 1 FROM readings WHERE (device_id = 'a' AND value > 1) OR (device_id = 'b' AND metric = 'm')",
                        Relation.READINGS)
                .filter();
        FilterSql shared = FilterSql.forDuckDb(filter.onlyOn(Relation.OF_WHOLE_READING));
        assertThat(shared.condition()).doesNotContain("value", "metric");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 FROM warm.readings WHERE false",
                "SELECT a.device_id FROM warm.readings a LEFT JOIN cold.readings b ON a.device_id = b.device_id",
                "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r",
                "SELECT device_id FROM alerts WHERE EXISTS (SELECT 1 FROM anomalies n WHERE n.device_id = alerts.device_id)",
                "SELECT value - lag(value) OVER (PARTITION BY device_id ORDER BY observed_at) FROM readings LIMIT 3",
                "SELECT * FROM readings ORDER BY observed_at DESC LIMIT 5",
                "SUMMARIZE aggregates"
            })
    void statementsOfEveryKindHaveAPlan(String sql) throws SQLException {
        Plan plan = Plan.read(duck.explain(sql));
        for (Relation relation : Relation.values()) {
            boolean isNamed =
                    List.of(sql.split("[ ;)]")).contains(relation.table().replace("main.", ""))
                            && !sql.contains("WHERE false");
            assertThat(plan.find(relation).isPresent()).as(relation.table()).isEqualTo(isNamed);
        }
    }

    private Scan scan(String sql, Relation relation) throws SQLException {
        return Plan.read(duck.explain(sql)).find(relation).orElseThrow();
    }
}
