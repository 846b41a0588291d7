package io.headrace.control.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class NewestFirstTest {
    private final Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> topics = new HashMap<>();

    @Test
    void itFindsWhatSortingEverythingWouldFind() {
        // Given: three partitions of ascending time, one ten times as long as another
        Random random = new Random(3);
        for (int partition = 0; partition < 3; partition++) {
            fill(partition, 300 * (int) Math.pow(5, partition), random);
        }
        for (int limit : new int[] {1, 7, 50, 1_000}) {
            for (String key : List.of("a", "b", "rare", "never")) {
                Predicate<ConsumerRecord<String, byte[]>> wanted = row -> key.equals(row.key());

                // When
                NewestFirst search = search(wanted, limit);
                while (!search.isDone()) {
                    search.step(this::read);
                }

                // Then
                List<Long> expected = topics.values().stream()
                        .flatMap(List::stream)
                        .filter(wanted)
                        .map(ConsumerRecord::timestamp)
                        .sorted((one, other) -> Long.compare(other, one))
                        .limit(limit)
                        .toList();
                assertThat(search.found()).extracting(ConsumerRecord::timestamp).isEqualTo(expected);
            }
        }
    }

    @Test
    void itStopsWhereOlderRecordsCannotMatter() {
        // Given
        fill(0, 100_000, new Random(1));

        // When
        NewestFirst search = search(row -> true, 10);
        search.step(this::read);

        // Then
        assertThat(search.isDone()).isTrue();
        assertThat(search.looked()).isEqualTo(500);
    }

    private NewestFirst search(Predicate<ConsumerRecord<String, byte[]>> wanted, int limit) {
        Map<TopicPartition, Long> begins = new HashMap<>();
        Map<TopicPartition, Long> ends = new HashMap<>();
        topics.forEach((partition, rows) -> {
            begins.put(partition, 0L);
            ends.put(partition, (long) rows.size());
        });
        return new NewestFirst(wanted, limit, begins, ends);
    }

    private List<ConsumerRecord<String, byte[]>> read(TopicPartition partition, long from, long until) {
        return topics.getOrDefault(partition, List.of()).subList((int) from, (int) until);
    }

    private void fill(int partition, int count, Random random) {
        List<ConsumerRecord<String, byte[]>> rows = new ArrayList<>();
        long time = 0;
        for (int offset = 0; offset < count; offset++) {
            time += 3L * random.nextInt(1, 1_000) + partition;
            String key = random.nextInt(500) == 0 ? "rare" : random.nextBoolean() ? "a" : "b";
            rows.add(new ConsumerRecord<>(
                    "t.dlq",
                    partition,
                    offset,
                    time,
                    TimestampType.CREATE_TIME,
                    1,
                    0,
                    key,
                    new byte[0],
                    new RecordHeaders(),
                    java.util.Optional.empty()));
        }
        topics.put(new TopicPartition("t.dlq", partition), rows);
    }
}
