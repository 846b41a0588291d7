package io.headrace.streams.reprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final TopicPartition IN = new TopicPartition("in", 0);
    private static final TopicPartition OWN = new TopicPartition("own-repartition", 0);

    private final Intake intake = new Intake(
            new History(Map.of(IN, 10L), Map.of(IN, 20L), Instant.ofEpochMilli(100), Instant.ofEpochMilli(200), true));

    @Test
    void whatIsOutsideOfOffsetsOrTimesIsLeftOutAndTheRestStaysInOrder() {
        // When
        ConsumerRecords<byte[], byte[]> within =
                intake.within(polled(IN, 22, 99, 100, 150, 120, 200, 199, 300, 130, 110, 111, 112, 113));

        // Then: offsets 10 to 21 came; 20 and 21 are after the end
        assertThat(within.records(IN))
                .extracting(ConsumerRecord::offset)
                .containsExactly(11L, 12L, 13L, 15L, 17L, 18L, 19L);
        assertThat(intake.taken()).isEqualTo(7);
        assertThat(intake.isWhole()).isFalse();
    }

    @Test
    void theRunIsThroughWhenAllIsReadAndWhatWasHandedOverIsCommitted() {
        assertThat(intake.isThrough(Map.of(IN, 10L), Map.of())).isFalse();

        intake.within(polled(IN, 13, 101, 102, 103));
        assertThat(intake.isThrough(Map.of(IN, 13L), Map.of())).isFalse();

        // the mark of a transaction ends the partition: no record, and nothing to commit
        intake.within(polled(IN, 20));
        assertThat(intake.isThrough(Map.of(IN, 12L), Map.of())).isFalse();
        assertThat(intake.isThrough(Map.of(IN, 13L), Map.of())).isTrue();
        assertThat(intake.isWhole()).isTrue();
    }

    @Test
    void whatTheApplicationPassesOnToItselfIsSeenThroughToo() {
        intake.within(polled(IN, 20, 101));
        assertThat(intake.isThrough(Map.of(IN, 11L), Map.of(OWN, 5L))).isFalse();

        ConsumerRecords<byte[], byte[]> own = intake.within(polled(OWN, 5, 1, 1_000));
        assertThat(own.count()).isEqualTo(2);
        assertThat(intake.isThrough(Map.of(IN, 11L), Map.of(OWN, 5L))).isFalse();
        assertThat(intake.isThrough(Map.of(IN, 11L, OWN, 12L), Map.of(OWN, 5L))).isTrue();
    }

    /** Records from offset 10 on, with these timestamps. */
    private static ConsumerRecords<byte[], byte[]> polled(TopicPartition partition, long next, long... timestamps) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < timestamps.length; i++) {
            records.add(new ConsumerRecord<>(
                    partition.topic(),
                    partition.partition(),
                    10 + i,
                    timestamps[i],
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    new byte[0],
                    new byte[0],
                    new RecordHeaders(),
                    Optional.empty()));
        }
        return new ConsumerRecords<>(
                records.isEmpty() ? Map.of() : Map.of(partition, records),
                Map.of(partition, new OffsetAndMetadata(next)));
    }
}
