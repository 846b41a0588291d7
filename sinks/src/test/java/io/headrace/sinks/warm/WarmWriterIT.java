package io.headrace.sinks.warm;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.embedded.EmbeddedPostgres;
import io.headrace.embedded.FreePort;
import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Anomaly;
import io.headrace.record.Origin;
import io.headrace.record.Severity;
import io.headrace.sinks.SinkRecords;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The writer on a real PostgreSQL, with Connect played by the test. */
class WarmWriterIT {
    private static final TopicPartition READINGS =
            new TopicPartition(CATALOGUE.readings().name(), 0);
    private static final String TODAY = "readings_2026_03_04";

    @TempDir
    static Path folder;

    private static int port;
    private static EmbeddedPostgres postgres;

    private final SinkRecords records = new SinkRecords();
    private final List<SinkTaskStandIn> tasks = new ArrayList<>();

    @BeforeAll
    static void startDatabase() {
        port = FreePort.next();
        postgres = EmbeddedPostgres.start(folder, port);
    }

    @AfterAll
    static void stopDatabase() {
        postgres.close();
    }

    @BeforeEach
    void emptyDatabase() throws SQLException {
        execute("DROP SCHEMA IF EXISTS headrace CASCADE");
    }

    @AfterEach
    void closeTasks() {
        tasks.forEach(task -> task.store.close());
    }

    @Test
    void everyKindOfValueBecomesItsRow() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        Map<String, Object> values = Map.of(
                "number", 21.5, "whole", 7L, "flag", true, "word", "on '); DROP TABLE x;--", "huge", Long.MAX_VALUE);

        // When
        task.put(records.reading(0, 0, "dévice", values));

        // Then
        assertThat(rows("SELECT device_id, metric, value, text_value FROM headrace.readings ORDER BY metric"))
                .containsExactly(
                        "dévice|flag|1|true",
                        "dévice|huge|9.223372036854776e+18|9223372036854775807",
                        "dévice|number|21.5|null",
                        "dévice|whole|7|null",
                        "dévice|word|null|on '); DROP TABLE x;--");
        assertThat(rows("SELECT DISTINCT observed_at = '2026-03-04 12:00:00.000123+00', origin_offset FROM "
                        + "headrace." + TODAY))
                .containsExactly("t|0");
    }

    @Test
    void aBatchWhoseAnswerWasLostIsStoredOnce() throws SQLException {
        // Given
        SinkTaskStandIn first = started(Map.of());
        List<SinkRecord> batch = batch(0, 100);
        first.put(batch);

        // When
        SinkTaskStandIn second = started(Map.of());
        second.put(batch(0, 150));

        // Then
        assertThat(second.sought).containsEntry(READINGS, 100L);
        assertThat(count("readings")).isEqualTo(150);
        assertThat(rows("SELECT next_offset FROM headrace.sink_offsets")).containsExactly("150");
    }

    @Test
    void twoTasksThatBothHoldAPartitionStoreEachRecordOnce() throws SQLException {
        // Given
        SinkTaskStandIn sleeper = started(Map.of());
        SinkTaskStandIn successor = started(Map.of());
        sleeper.put(batch(0, 40));

        // When
        successor.put(batch(0, 70));
        sleeper.put(batch(40, 100));
        successor.put(batch(70, 120));
        sleeper.put(batch(100, 110));

        // Then
        assertThat(count("readings")).isEqualTo(120);
        assertThat(rows("SELECT count(DISTINCT origin_offset) FROM headrace.readings"))
                .containsExactly("120");
    }

    @Test
    void poisonGoesToTheDeadLettersAloneAndOnce() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        List<SinkRecord> batch = new ArrayList<>(batch(0, 60));
        batch.set(17, records.reading(0, 17, "a\0b", Map.of("m", 1.0)));
        batch.set(33, records.reading(0, 33, incompressible(4_000), Map.of("m", 1.0)));
        batch.set(41, records.reading(0, 41, "d", Map.of("m", "x\0y")));

        // When
        task.put(batch);
        task.put(batch(60, 61));

        // Then
        assertThat(count("readings")).isEqualTo(58);
        assertThat(task.dead.keySet()).containsExactlyInAnyOrder(17L, 33L, 41L);
        assertThat(task.dead.values()).allSatisfy(why -> assertThat(why).startsWith("REJECTED_BY_TARGET: "));
        assertThat(rows("SELECT next_offset FROM headrace.sink_offsets")).containsExactly("61");
    }

    @Test
    void aRecordOfNoKnownKindIsPoison() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        SinkRecord reading = records.reading(0, 0, "d", Map.of("m", 1.0));
        SinkRecord text = reading.newRecord(READINGS.topic(), 0, null, null, null, "just text", reading.timestamp());

        // When
        task.put(text);

        // Then
        assertThat(task.dead).containsOnlyKeys(0L);
        assertThat(task.dead.get(0L)).startsWith("UNEXPECTED_SHAPE: ");
    }

    @Test
    void theHighestRevisionOfAWindowStays() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        var topic = CATALOGUE.aggregates();
        Instant other = NOON.plusSeconds(60);

        // When
        task.put(
                records.of(topic, 0, 0, SinkRecords.aggregate("d", NOON, 0, 1.0)),
                records.of(topic, 0, 1, SinkRecords.aggregate("d", NOON, 2, 3.0)),
                records.of(topic, 0, 2, SinkRecords.aggregate("d", NOON, 1, 2.0)),
                records.of(topic, 0, 3, SinkRecords.aggregate("d", other, 0, 8.0)));
        task.put(
                records.of(topic, 0, 4, SinkRecords.aggregate("d", NOON, 1, 7.0)),
                records.of(topic, 0, 5, SinkRecords.aggregate("d", other, 1, 9.0)));

        // Then
        assertThat(rows("SELECT kind, window_size, revision, mean FROM headrace.aggregates ORDER BY window_start"))
                .containsExactly("TUMBLING|00:01:00|2|3", "TUMBLING|00:01:00|1|9");
    }

    @Test
    void anomaliesAndAlertsAreStoredWithTheirNewestState() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        Anomaly anomaly = new Anomaly(
                "d", "m", NOON, NOON, "default", 0.9, 99.0, null, "far from its history", new Origin(0, 7L, 0));
        Alert.Builder alert = Alert.newBuilder()
                .setId("a1")
                .setDeviceId("d")
                .setRuleId("r")
                .setSeverity(Severity.CRITICAL)
                .setRaisedAt(NOON)
                .setReceivedAt(NOON)
                .setMessage("hot")
                .setOrigin(new Origin(0, 7L, 0));

        // When
        task.put(
                records.of(CATALOGUE.anomalies(), 0, 0, anomaly),
                records.of(
                        CATALOGUE.alerts(),
                        0,
                        0,
                        alert.setState(AlertState.RAISED).build()),
                records.of(
                        CATALOGUE.alerts(),
                        0,
                        1,
                        alert.setState(AlertState.CLEARED)
                                .setClearedAt(NOON.plusSeconds(5))
                                .build()));

        // Then
        assertThat(rows("SELECT metric, score, expected, reason, origin_offset FROM headrace.anomalies"))
                .containsExactly("m|0.9|null|far from its history|7");
        assertThat(rows("SELECT id, state, cleared_at - raised_at FROM headrace.alerts"))
                .containsExactly("a1|CLEARED|00:00:05");
    }

    @Test
    void partitionsAreMadeAsNeededAndNoneForAbsurdTimes() throws SQLException {
        // Given
        SinkTaskStandIn months = started(Map.of("partition.width", "month"));
        months.put(readingAt(0, "2014-04-10T00:00:00Z"), readingAt(1, "2014-04-28T23:59:59.999999Z"));

        // When
        SinkTaskStandIn days = started(Map.of());
        days.put(
                readingAt(2, "2014-04-30T10:00:00Z"),
                readingAt(3, "2014-05-02T10:00:00Z"),
                readingAt(4, "1999-12-31T23:00:00Z"),
                readingAt(5, "-2000-01-01T00:00:00Z"),
                readingAt(6, "+99999-01-01T00:00:00Z"));

        // Then
        assertThat(
                        rows(
                                "SELECT relname, count(*) FROM headrace.readings r JOIN pg_class c ON c.oid = r.tableoid GROUP BY 1 ORDER BY 1"))
                .containsExactly("readings_2014_04|3", "readings_2014_05_02|1", "readings_elsewhen|3");
    }

    @Test
    void noMorePartitionsAreMadeThanTheLimit() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of("partition.limit", "3"));

        // When
        task.put(
                readingAt(0, "2014-04-10T00:00:00Z"),
                readingAt(1, "2014-04-11T00:00:00Z"),
                readingAt(2, "2014-04-12T00:00:00Z"),
                readingAt(3, "2014-04-13T00:00:00Z"),
                readingAt(4, "2014-04-14T00:00:00Z"));

        // Then
        assertThat(count("readings")).isEqualTo(5);
        assertThat(count("readings_elsewhen")).isEqualTo(2);
    }

    @Test
    void retentionDropsWholePartitions() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of("retention.days", "30"));
        task.put(readingAt(0, "2026-01-01T00:00:00Z"), readingAt(1, "2026-03-04T00:00:00Z"));

        // When
        task.store.dropExpired();

        // Then
        assertThat(rows("SELECT origin_offset FROM headrace.readings")).containsExactly("1");
    }

    @Test
    void aDatabaseThatRestartsLosesAndDoublesNothing() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        task.put(batch(0, 50));

        // When
        postgres.close();
        assertThatThrownBy(() -> task.put(batch(50, 90))).isInstanceOf(SQLException.class);
        postgres = EmbeddedPostgres.start(folder, port);
        task.put(batch(50, 90));

        // Then
        assertThat(count("readings")).isEqualTo(90);
        assertThat(task.dead).isEmpty();
    }

    @Test
    void aDatabaseThatWentBackIsReadAgainFromWhereItStands() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        task.put(batch(0, 50));
        execute("DELETE FROM headrace.readings WHERE origin_offset >= 20");
        execute("UPDATE headrace.sink_offsets SET next_offset = 20");

        // When
        task.put(batch(50, 60));
        Map<TopicPartition, OffsetAndMetadata> whileSeeking =
                task.writer.durable(Map.of(READINGS, new OffsetAndMetadata(60)));
        task.put(batch(20, 60));

        // Then
        assertThat(task.sought).containsEntry(READINGS, 20L);
        assertThat(whileSeeking).isEmpty();
        assertThat(rows("SELECT count(*), count(DISTINCT origin_offset) FROM headrace.readings"))
                .containsExactly("60|60");
    }

    @Test
    void aLockedTableIsWaitedForAndNothingIsDead() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of("write.timeout.ms", "1000"));
        task.put(batch(0, 1));

        // When
        try (Connection other = DriverManager.getConnection(postgres.jdbcUrl());
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE headrace.readings IN ACCESS EXCLUSIVE MODE");
            assertThatThrownBy(() -> task.put(batch(1, 41)))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(SqlFailure.of(e)).isEqualTo(SqlFailure.SLOW));
            other.rollback();
        }
        task.put(batch(1, 41));

        // Then
        assertThat(count("readings")).isEqualTo(41);
        assertThat(task.dead).isEmpty();
    }

    @Test
    void aTableThatWasChangedUnderUsMakesNoDeadLetters() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        task.put(batch(0, 10));
        execute("ALTER TABLE headrace.readings ALTER COLUMN value TYPE text");

        // When
        assertThatThrownBy(() -> task.put(batch(10, 20))).isInstanceOf(SQLException.class);
        execute("ALTER TABLE headrace.readings ALTER COLUMN value TYPE double precision USING value::double precision");
        task.put(batch(10, 20));

        // Then
        assertThat(count("readings")).isEqualTo(20);
        assertThat(task.dead).isEmpty();
    }

    @Test
    void whatTransformsDroppedMovesThePositionToo() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        task.put(batch(0, 10));

        // When
        Map<TopicPartition, OffsetAndMetadata> committable =
                task.writer.durable(Map.of(READINGS, new OffsetAndMetadata(25)));

        // Then
        assertThat(committable).containsEntry(READINGS, new OffsetAndMetadata(25));
        assertThat(rows("SELECT next_offset FROM headrace.sink_offsets")).containsExactly("25");
    }

    @Test
    void aTopicThatWasMadeAnewFailsTheTaskWithWhatToDo() throws SQLException {
        // Given
        SinkTaskStandIn task = started(Map.of());
        task.put(batch(0, 10));

        // When / Then
        assertThatThrownBy(() -> task.writer.write(batch(0, 2)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("headrace.sink_offsets");
    }

    private SinkTaskStandIn started(Map<String, String> settings) throws SQLException {
        SinkTaskStandIn task = new SinkTaskStandIn(settings);
        tasks.add(task);
        task.put(List.of());
        return task;
    }

    private List<SinkRecord> batch(long from, long to) {
        List<SinkRecord> batch = new ArrayList<>();
        for (long offset = from; offset < to; offset++) {
            batch.add(records.reading(0, offset, "d" + offset % 7, Map.of("m", (double) offset)));
        }
        return batch;
    }

    private SinkRecord readingAt(long offset, String observedAt) {
        return records.of(
                CATALOGUE.readings(),
                0,
                offset,
                SinkRecords.reading("d", Instant.parse(observedAt), offset, Map.of("m", 1.0)));
    }

    private static String incompressible(int length) {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        return text.toString();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(String table) throws SQLException {
        return Integer.parseInt(rows("SELECT count(*) FROM headrace." + table).get(0));
    }

    private static List<String> rows(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> cells = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    cells.add(String.valueOf(result.getString(column)));
                }
                rows.add(String.join("|", cells));
            }
            return rows;
        }
    }

    /** What a Connect worker is to the writer: it hands over batches, takes seeks and dead letters. */
    private static final class SinkTaskStandIn {
        private final WarmStore store;
        private final WarmWriter writer;
        private final Map<TopicPartition, Long> sought = new HashMap<>();
        private final Map<Long, String> dead = new HashMap<>();

        @SuppressWarnings("NullAway") // Connect isn't annotated: its futures of nothing complete with null
        SinkTaskStandIn(Map<String, String> settings) {
            Map<String, String> all = new HashMap<>(settings);
            all.put("name", "warm");
            all.put("connection.url", postgres.jdbcUrl());
            Clock clock = Clock.fixed(NOON, ZoneOffset.UTC);
            store = new WarmStore(new WarmSinkConfig(all), clock);
            DeadLetters deadLetters = new DeadLetters((record, why) -> {
                assertThat(dead.put(record.originalKafkaOffset(), why.getMessage()))
                        .isNull();
                return CompletableFuture.completedFuture(null);
            });
            writer = new WarmWriter(store, deadLetters, sought::put);
            writer.assign(List.of(
                    READINGS,
                    new TopicPartition(CATALOGUE.aggregates().name(), 0),
                    new TopicPartition(CATALOGUE.anomalies().name(), 0),
                    new TopicPartition(CATALOGUE.alerts().name(), 0)));
        }

        void put(SinkRecord... batch) throws SQLException {
            put(List.of(batch));
        }

        /** As Connect does: what is below the place sought isn't handed over. */
        void put(Collection<SinkRecord> batch) throws SQLException {
            writer.write(batch.stream()
                    .filter(record -> record.originalKafkaOffset() >= sought.getOrDefault(READINGS, 0L))
                    .toList());
        }
    }
}
