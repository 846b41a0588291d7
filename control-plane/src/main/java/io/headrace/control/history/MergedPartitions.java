package io.headrace.control.history;

import io.headrace.control.http.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions of a topic as one, by their records' timestamps, each in its own order. In memory there is of each what one
 * poll gives: who has waiting records isn't asked for more. For one thread.
 */
final class MergedPartitions implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Consumer<String, byte[]> consumer;
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();

    /** What is left of one partition. */
    private static final class Lane {
        private final TopicPartition partition;
        private final long end;
        private final Queue<ConsumerRecord<String, byte[]>> waiting = new ArrayDeque<>();
        private boolean isRead;

        private Lane(TopicPartition partition, long end) {
            this.partition = partition;
            this.end = end;
        }

        private boolean isHungry() {
            return !isRead && waiting.isEmpty();
        }
    }

    /**
     * @param consumer closed with this one
     * @param from offset to begin at
     * @param until offset to stop before
     */
    MergedPartitions(
            Consumer<String, byte[]> consumer, Map<TopicPartition, Long> from, Map<TopicPartition, Long> until) {
        this.consumer = consumer;
        from.forEach((partition, offset) -> {
            long end = until.getOrDefault(partition, 0L);
            if (offset < end) {
                lanes.put(partition, new Lane(partition, end));
            }
        });
        consumer.assign(lanes.keySet());
        lanes.keySet().forEach(partition -> consumer.seek(partition, from.getOrDefault(partition, 0L)));
    }

    /**
     * The next one; empty at the end.
     *
     * @throws UnavailableException where nothing comes for a minute
     */
    Optional<ConsumerRecord<String, byte[]>> next() {
        fill();
        Lane first = null;
        for (Lane lane : lanes.values()) {
            boolean isEarlier = !lane.waiting.isEmpty() && (first == null || time(lane) < time(first));
            first = isEarlier ? lane : first;
        }
        return first == null ? Optional.empty() : Optional.of(first.waiting.remove());
    }

    private static long time(Lane lane) {
        return lane.waiting.element().timestamp();
    }

    private void fill() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (lanes.values().stream().anyMatch(Lane::isHungry)) {
            ask();
            for (ConsumerRecord<String, byte[]> row : consumer.poll(POLL)) {
                Lane lane = lanes.get(new TopicPartition(row.topic(), row.partition()));
                if (lane != null && row.offset() < lane.end) {
                    lane.waiting.add(row);
                }
            }
            lanes.values().forEach(lane -> lane.isRead = consumer.position(lane.partition) >= lane.end);
            if (System.nanoTime() - deadline > 0) {
                throw new UnavailableException("reading " + lanes.keySet() + " takes too long");
            }
        }
    }

    private void ask() {
        List<TopicPartition> hungry = new ArrayList<>();
        List<TopicPartition> others = new ArrayList<>();
        lanes.values().forEach(lane -> (lane.isHungry() ? hungry : others).add(lane.partition));
        consumer.resume(hungry);
        consumer.pause(others);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
