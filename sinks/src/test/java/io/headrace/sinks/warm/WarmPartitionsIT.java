package io.headrace.sinks.warm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.sinks.SinkRecords;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In which partition readings are, when it is made, when it goes, and that nobody who reads is in the way. */
class WarmPartitionsIT {
    private static final String ROWS_BY_PARTITION =
            "SELECT relname, count(*) FROM headrace.readings r JOIN pg_class c ON c.oid = r.tableoid GROUP BY 1 ORDER BY 1";
    private static final String PARTITIONS = "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            + " WHERE inhparent = 'headrace.readings'::regclass ORDER BY 1";

    @RegisterExtension
    static final WarmScene scene = new WarmScene();

    private final WarmDatabase database = scene.database();
    private final SinkRecords records = new SinkRecords();

    @Test
    void partitionsAreMadeAsNeededAndNoneForAbsurdTimes() throws SQLException {
        // Given
        WorkerStandIn months = scene.started(Map.of("partition.width", "month"));
        months.put(records.readingAt(0, "2014-04-10T00:00:00Z"), records.readingAt(1, "2014-04-28T23:59:59.999999Z"));

        // When
        WorkerStandIn days = scene.started(Map.of());
        days.put(
                records.readingAt(2, "2014-04-30T10:00:00Z"),
                records.readingAt(3, "2014-05-02T10:00:00Z"),
                records.readingAt(4, "1999-12-31T23:00:00Z"),
                records.readingAt(5, "-2000-01-01T00:00:00Z"),
                records.readingAt(6, "+99999-01-01T00:00:00Z"));

        // Then
        assertThat(database.rows(ROWS_BY_PARTITION))
                .containsExactly("readings_2014_04|3", "readings_2014_05_02|1", "readings_elsewhen|3");
    }

    @Test
    void noMorePartitionsAreMadeThanTheLimit() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of("partition.limit", "3"));

        // When
        task.put(
                records.readingAt(0, "2014-04-10T00:00:00Z"),
                records.readingAt(1, "2014-04-11T00:00:00Z"),
                records.readingAt(2, "2014-04-12T00:00:00Z"),
                records.readingAt(3, "2014-04-13T00:00:00Z"),
                records.readingAt(4, "2014-04-14T00:00:00Z"));

        // Then
        assertThat(database.count("readings")).isEqualTo(5);
        assertThat(database.count("readings_elsewhen")).isEqualTo(2);
    }

    @Test
    void partitionsOfTheNextDaysAreMadeAhead() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());

        // When
        boolean done = task.sweep();

        // Then
        assertThat(done).isTrue();
        assertThat(database.rows(PARTITIONS))
                .containsExactly(
                        "readings_2026_03_04", "readings_2026_03_05", "readings_2026_03_06", "readings_elsewhen");
    }

    @Test
    void whatCameTooEarlyForItsPartitionMovesThereOnceItsDayComes() throws SQLException {
        // Given
        WorkerStandIn early = scene.started(Map.of());
        early.put(records.readingAt(0, "2026-03-09T01:00:00Z"), records.readingAt(1, "2026-03-20T01:00:00Z"));

        // When
        WorkerStandIn later = scene.started(Map.of(), Duration.ofDays(4));
        later.sweep();
        later.put(records.readingAt(2, "2026-03-09T02:00:00Z"));

        // Then
        assertThat(database.rows(ROWS_BY_PARTITION)).containsExactly("readings_2026_03_09|2", "readings_elsewhen|1");
    }

    @Test
    void whatSomebodyReadsIsMadeLaterAndStoredMeanwhile() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        try (Connection analyst = DriverManager.getConnection(database.jdbcUrl());
                Statement query = analyst.createStatement()) {
            analyst.setAutoCommit(false);
            query.execute("SELECT count(*) FROM headrace.readings");

            // When
            task.put(records.readingAt(0, "2026-03-01T00:00:00Z"), records.readingAt(1, "2026-03-02T00:00:00Z"));
            assertThat(database.rows(ROWS_BY_PARTITION)).containsExactly("readings_elsewhen|2");
            assertThat(task.sweep()).isFalse();
            analyst.rollback();
        }
        assertThat(task.sweep()).isTrue();

        // Then
        assertThat(database.rows(ROWS_BY_PARTITION)).containsExactly("readings_2026_03_01|1", "readings_2026_03_02|1");
    }

    @Test
    void retentionDropsWholePartitionsAndWhatTheDefaultOneHas() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of("retention.days", "30"));
        task.put(
                records.readingAt(0, "2026-01-01T00:00:00Z"),
                records.readingAt(1, "1990-01-01T00:00:00Z"),
                records.readingAt(2, "2026-03-04T00:00:00Z"));

        // When what is past retention may be asked for, for a day
        task.sweep();
        assertThat(database.rows("SELECT device_id FROM headrace.latest")).containsExactly("d");
        assertThat(database.count("readings")).isEqualTo(3);
        WorkerStandIn later = scene.started(Map.of("retention.days", "30"), Duration.ofDays(2));
        later.sweep();

        // Then
        assertThat(database.rows("SELECT origin_offset FROM headrace.readings")).containsExactly("2");
        assertThat(database.rows(PARTITIONS)).doesNotContain("readings_2026_01_01");
    }

    @Test
    void aSeriesGoesWithItsLastReading() throws SQLException {
        // Given
        scene.started(Map.of()).put(records.readingAt(0, "2026-01-01T00:00:00Z"));

        // When
        WorkerStandIn later = scene.started(Map.of("retention.days", "30"), Duration.ofDays(2));
        later.sweep();

        // Then
        assertThat(database.count("series")).isZero();
    }

    @Test
    void aClockThatIsYearsAheadDropsNothing() throws SQLException {
        // Given
        String now = database.rows("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
                .get(0);
        scene.started(Map.of()).put(records.readingAt(0, now));

        // When
        scene.started(Map.of("retention.days", "30"), Duration.ofDays(3_650)).sweep();

        // Then
        assertThat(database.count("readings")).isEqualTo(1);
    }
}
