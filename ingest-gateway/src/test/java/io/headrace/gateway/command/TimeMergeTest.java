package io.headrace.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.follow.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class TimeMergeTest {
    private final List<String> read = new ArrayList<>();
    private final AtomicInteger completions = new AtomicInteger();
    private final TimeMerge merge =
            new TimeMerge("commands", "results", record -> read.add(record.key()), completions::incrementAndGet);
    private final Reading reading = new Reading();

    /** What a follower says of its progress. */
    private static final class Reading implements Progress {
        private final Map<TopicPartition, Boolean> caughtUp = new HashMap<>();
        private boolean isCaughtUp;

        @Override
        public boolean isCaughtUp() {
            return isCaughtUp;
        }

        @Override
        public boolean isCaughtUp(TopicPartition partition) {
            return isCaughtUp || caughtUp.getOrDefault(partition, false);
        }
    }

    @Test
    void recordsOfOnePartitionComeInTheOrderOfTheirTime() {
        take("results", 0, 2, "r1");
        take("results", 0, 5, "r2");
        merge.polled(reading);
        assertThat(read).isEmpty();

        take("commands", 0, 1, "c1");
        take("commands", 0, 2, "c2");
        take("commands", 0, 6, "c3");
        merge.polled(reading);

        assertThat(read).containsExactly("c1", "c2", "r1", "r2");
        reading.caughtUp.put(new TopicPartition("results", 0), true);
        merge.polled(reading);
        assertThat(read).endsWith("c3");
        assertThat(completions).hasValue(0);
    }

    @Test
    void aPartitionThatIsFarAheadIsHeldBack() {
        for (int i = 0; i < 500; i++) {
            take("commands", 1, i, "c");
        }
        merge.polled(reading);
        assertThat(merge.heldBack()).containsExactly(new TopicPartition("commands", 1));

        reading.caughtUp.put(new TopicPartition("results", 1), true);
        merge.polled(reading);

        assertThat(merge.heldBack()).isEmpty();
        assertThat(read).hasSize(500);
    }

    @Test
    void itIsCompleteOnceAndThenHandsOnWhatComes() {
        take("results", 0, 1, "r1");
        reading.isCaughtUp = true;
        merge.polled(reading);
        merge.polled(reading);

        take("results", 0, 9, "r2");
        take("commands", 0, 8, "c1");

        assertThat(completions).hasValue(1);
        assertThat(read).containsExactly("r1", "r2", "c1");
    }

    private void take(String topic, int partition, long timestamp, String key) {
        merge.take(new ConsumerRecord<>(
                topic,
                partition,
                0,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                new byte[0],
                new RecordHeaders(),
                Optional.empty()));
    }
}
