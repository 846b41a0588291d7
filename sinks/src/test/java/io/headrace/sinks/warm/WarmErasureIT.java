package io.headrace.sinks.warm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.sinks.SinkRecords;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes from the warm tier before its partition does, on a real PostgreSQL. */
class WarmErasureIT {
    private static final List<String> TABLES = List.of("readings", "aggregates", "anomalies", "alerts", "predictions");

    @RegisterExtension
    static final WarmScene scene = new WarmScene();

    private final WarmDatabase database = scene.database();

    @Test
    void all_rows_of_one_device_go_and_no_other() throws SQLException {
        // Given
        WarmErasure erasure = new WarmErasure(database.jdbcUrl(), Optional.empty(), Optional.empty());
        assertThat(erasure.count("d1")).as("where no sink has made the tables").isZero();
        assertThat(erasure.erase("d1")).isZero();
        try (WorkerStandIn task = new WorkerStandIn(database.jdbcUrl(), Map.of())) {
            task.sweep(); // makes the tables
        }
        for (String device : List.of("d1", "d10", "D1", "d%")) {
            insert(device);
        }

        // When
        long found = erasure.count("d1");
        long erased = erasure.erase("d1");

        // Then
        assertThat(found).isEqualTo(6);
        assertThat(erased).isEqualTo(6);
        assertThat(erasure.count("d1")).isZero();
        for (String table : TABLES) {
            assertThat(database.rows("SELECT DISTINCT device_id FROM headrace." + table))
                    .as(table)
                    .containsExactlyInAnyOrder("D1", "d%", "d10");
        }
    }

    @Test
    void readings_go_when_the_days_of_their_route_are_over() throws SQLException {
        // Given
        SinkRecords records = new SinkRecords();
        List<SinkRecord> batch = new ArrayList<>();
        for (String mark : List.of("7d", "2d", "1", "")) {
            SinkRecord record = records.readingAt(batch.size(), "2026-03-01T10:00:00Z");
            record.headers().addString(Headers.TIER_WARM, mark);
            batch.add(record);
        }
        try (WorkerStandIn task = new WorkerStandIn(database.jdbcUrl(), Map.of())) {
            task.put(List.of()); // goes to where it left off
            task.put(batch);

            // When
            boolean done = task.sweep();

            // Then
            assertThat(done).isTrue();
            assertThat(database.rows("SELECT origin_offset, expires_on FROM headrace.readings ORDER BY 1"))
                    .containsExactly("0|2026-03-09", "2|null", "3|null");
        }

        // When some days have gone by
        Clock later = Clock.fixed(SinkRecords.NOON.plus(Duration.ofDays(5)), ZoneOffset.UTC);
        try (WorkerStandIn task = new WorkerStandIn(database.jdbcUrl(), Map.of(), later)) {
            task.sweep();
        }

        // Then
        assertThat(database.rows("SELECT origin_offset FROM headrace.readings ORDER BY 1"))
                .containsExactly("2", "3");
    }

    private void insert(String device) throws SQLException {
        database.execute("INSERT INTO headrace.readings VALUES ('" + device
                + "', 't', '2026-03-04', '2026-03-04', 1, NULL, 0, 1, 0), ('" + device
                + "', 'u', '1999-01-01', '2026-03-04', NULL, 'open', 0, 2, 0)");
        database.execute("INSERT INTO headrace.aggregates (device_id, metric, kind, window_size, window_start,"
                + " window_end, revision, provisional, count, min, max, sum, mean, stddev, first, last, p50, p95, p99,"
                + " received_at) VALUES ('" + device
                + "', 't', 'TUMBLING', '1 min', '2026-03-04', '2026-03-04 00:01', 0, false, 1, 1, 1, 1, 1, 0, 1, 1, 1,"
                + " 1, 1, '2026-03-04')");
        database.execute("INSERT INTO headrace.anomalies (id, device_id, metric, started_at, received_at, detector,"
                + " score, value, expected, reason, origin_partition, origin_offset, origin_index) VALUES ('" + device
                + "/t/0:1', '" + device + "', 't', '2026-03-04', '2026-03-04', 'habit', 1, 1, 1, 'jump', 0, 1, 0)");
        database.execute("INSERT INTO headrace.alerts VALUES ('" + device + "-1', '" + device
                + "', 'hot', 'CRITICAL', 'RAISED', '2026-03-04', NULL, '2026-03-04', 'too hot', 0, 1, 0)");
        database.execute("INSERT INTO headrace.predictions VALUES ('" + device
                + "', 'pump', 1, '2026-03-04', '2026-03-04', 5, 4, NULL, 0.5, 'wear', 0, 1, 0)");
    }
}
