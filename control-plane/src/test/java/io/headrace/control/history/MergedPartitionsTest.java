package io.headrace.control.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class MergedPartitionsTest {
    private static final String TOPIC = "telemetry.readings";

    /** Each partition in its own order, even where a clock was set back, and of those in front the earliest first. */
    @Test
    void partitionsComeAsOneByTimeEachInItsOwnOrder() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            // Given
            int partitions = 1 + random.nextInt(5);
            Map<TopicPartition, Long> from = new HashMap<>();
            Map<TopicPartition, Long> until = new HashMap<>();
            List<Queue<ConsumerRecord<String, byte[]>>> wanted = new ArrayList<>();
            List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
            for (int number = 0; number < partitions; number++) {
                TopicPartition partition = new TopicPartition(TOPIC, number);
                long begin = random.nextInt(10);
                long end = begin + random.nextInt(60);
                from.put(partition, begin);
                until.put(partition, end);
                Queue<ConsumerRecord<String, byte[]>> ofPartition = new ArrayDeque<>();
                long time = 0;
                for (long offset = begin; offset < end + random.nextInt(3); offset++) {
                    time += random.nextInt(10) - 1;
                    ConsumerRecord<String, byte[]> row = row(number, offset, time);
                    all.add(row);
                    if (offset < end) {
                        ofPartition.add(row);
                    }
                }
                wanted.add(ofPartition);
            }
            MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
            consumer.setMaxPollRecords(1 + random.nextInt(20));

            // When
            List<ConsumerRecord<String, byte[]>> merged = new ArrayList<>();
            try (MergedPartitions partition = new MergedPartitions(consumer, from, until)) {
                all.stream()
                        .filter(row -> consumer.assignment().contains(new TopicPartition(TOPIC, row.partition())))
                        .forEach(consumer::addRecord);
                Optional<ConsumerRecord<String, byte[]>> next = partition.next();
                while (next.isPresent()) {
                    merged.add(next.get());
                    next = partition.next();
                }
            }

            // Then
            for (ConsumerRecord<String, byte[]> row : merged) {
                Queue<ConsumerRecord<String, byte[]>> lane = wanted.get(row.partition());
                assertThat(row).isSameAs(lane.peek());
                assertThat(row.timestamp())
                        .isEqualTo(wanted.stream()
                                .filter(other -> !other.isEmpty())
                                .map(Queue::element)
                                .min(Comparator.comparingLong(ConsumerRecord::timestamp))
                                .orElseThrow()
                                .timestamp());
                lane.remove();
            }
            assertThat(wanted).allMatch(Queue::isEmpty);
        }
    }

    private static ConsumerRecord<String, byte[]> row(int partition, long offset, long time) {
        return new ConsumerRecord<>(
                TOPIC,
                partition,
                offset,
                time,
                TimestampType.CREATE_TIME,
                0,
                0,
                "device",
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}
