package io.headrace.sinks.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.sinks.SinkRecords;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The guarantee: each record once, whatever happens. A real PostgreSQL, with Connect played by the test. */
class WarmWriterIT {
    private static final TopicPartition READINGS = WorkerStandIn.READINGS;

    @RegisterExtension
    static final WarmScene scene = new WarmScene();

    private final WarmDatabase database = scene.database();
    private final SinkRecords records = new SinkRecords();

    @Test
    void aBatchWhoseAnswerWasLostIsStoredOnce() throws SQLException {
        // Given
        WorkerStandIn first = scene.started(Map.of());
        List<SinkRecord> batch = records.batch(0, 100);
        first.put(batch);

        // When
        WorkerStandIn second = scene.started(Map.of());
        second.put(records.batch(0, 150));

        // Then
        assertThat(second.sought()).containsEntry(READINGS, 100L);
        assertThat(database.count("readings")).isEqualTo(150);
        assertThat(database.rows("SELECT next_offset FROM headrace.sink_offsets"))
                .containsExactly("150");
    }

    @Test
    void twoTasksThatBothHoldAPartitionStoreEachRecordOnce() throws SQLException {
        // Given
        WorkerStandIn sleeper = scene.started(Map.of());
        WorkerStandIn successor = scene.started(Map.of());
        sleeper.put(records.batch(0, 40));

        // When
        successor.put(records.batch(0, 70));
        sleeper.put(records.batch(40, 100));
        successor.put(records.batch(70, 120));
        sleeper.put(records.batch(100, 110));

        // Then
        assertThat(database.count("readings")).isEqualTo(120);
        assertThat(database.rows("SELECT count(DISTINCT origin_offset) FROM headrace.readings"))
                .containsExactly("120");
    }

    @Test
    void poisonGoesToTheDeadLettersAloneAndOnce() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        List<SinkRecord> batch = new ArrayList<>(records.batch(0, 60));
        batch.set(17, records.reading(0, 17, "a\0b", Map.of("m", 1.0)));
        batch.set(33, records.reading(0, 33, incompressible(4_000), Map.of("m", 1.0)));
        batch.set(41, records.reading(0, 41, "d", Map.of("m", "x\0y")));

        // When
        task.put(batch);
        task.put(records.batch(60, 61));

        // Then
        assertThat(database.count("readings")).isEqualTo(58);
        assertThat(task.dead().keySet()).containsExactlyInAnyOrder(17L, 33L, 41L);
        assertThat(task.dead().values()).allSatisfy(why -> assertThat(why).startsWith("REJECTED_BY_TARGET: "));
        assertThat(database.rows("SELECT next_offset FROM headrace.sink_offsets"))
                .containsExactly("61");
    }

    @Test
    void aRecordOfNoKnownKindIsPoison() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        SinkRecord reading = records.reading(0, 0, "d", Map.of("m", 1.0));
        SinkRecord text = reading.newRecord(READINGS.topic(), 0, null, null, null, "just text", reading.timestamp());

        // When
        task.put(text);

        // Then
        assertThat(task.dead()).containsOnlyKeys(0L);
        assertThat(task.dead().get(0L)).startsWith("UNEXPECTED_SHAPE: ");
    }

    @Test
    void aDatabaseThatWentBackIsReadAgainFromWhereItStands() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        task.put(records.batch(0, 50));
        database.execute("DELETE FROM headrace.readings WHERE origin_offset >= 20");
        database.execute("UPDATE headrace.sink_offsets SET next_offset = 20");

        // When
        task.put(records.batch(50, 60));
        Map<TopicPartition, OffsetAndMetadata> whileSeeking =
                task.preCommit(Map.of(READINGS, new OffsetAndMetadata(60)));
        task.put(records.batch(20, 60));

        // Then
        assertThat(task.sought()).containsEntry(READINGS, 20L);
        assertThat(whileSeeking).isEmpty();
        assertThat(database.rows("SELECT count(*), count(DISTINCT origin_offset) FROM headrace.readings"))
                .containsExactly("60|60");
    }

    @Test
    void whatTransformsDroppedMovesThePositionToo() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        task.put(records.batch(0, 10));

        // When
        Map<TopicPartition, OffsetAndMetadata> committable =
                task.preCommit(Map.of(READINGS, new OffsetAndMetadata(25)));

        // Then
        assertThat(committable).containsEntry(READINGS, new OffsetAndMetadata(25));
        assertThat(database.rows("SELECT next_offset FROM headrace.sink_offsets"))
                .containsExactly("25");
    }

    @Test
    void aTopicThatWasMadeAnewFailsTheTaskWithWhatToDo() throws SQLException {
        // Given
        WorkerStandIn task = scene.started(Map.of());
        task.put(records.batch(0, 10));

        // When / Then
        assertThatThrownBy(() -> task.putAsItIs(records.batch(0, 2)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("headrace.sink_offsets");
    }

    private static String incompressible(int length) {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        return text.toString();
    }
}
