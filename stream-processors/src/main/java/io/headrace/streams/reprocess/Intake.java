package io.headrace.streams.reprocess;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets a run's consumers have the history and nothing after it, and knows how far they have come. Safe for use by several
 * threads.
 */
final class Intake {
    private final History history;
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> passed = new ConcurrentHashMap<>();

    private final LongAdder taken = new LongAdder();
    private volatile boolean hasSkipped;

    Intake(History history) {
        this.history = history;
    }

    /** What of it the application may have; of its own topics everything. */
    ConsumerRecords<byte[], byte[]> within(ConsumerRecords<byte[], byte[]> polled) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> within = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> records = polled.records(partition);
            Long end = history.to().get(partition);
            if (end != null) {
                records = records.stream().filter(each -> isWithin(each, end)).toList();
                taken.add(records.size());
            }
            if (!records.isEmpty()) {
                within.put(partition, records);
                passed.merge(partition, records.getLast().offset(), Math::max);
            }
        }
        polled.nextOffsets().forEach((partition, next) -> positions.merge(partition, next.offset(), Math::max));
        return new ConsumerRecords<>(within, polled.nextOffsets());
    }

    private boolean isWithin(ConsumerRecord<byte[], byte[]> row, long end) {
        boolean early = row.timestamp() < history.since().toEpochMilli();
        if (early) {
            hasSkipped = true;
        }
        return !early && row.timestamp() < history.until().toEpochMilli() && row.offset() < end;
    }

    /** How many records of the history were handed over. */
    long taken() {
        return taken.sum();
    }

    /** Whether all that was ever received was handed over, up to the end of the range. */
    boolean isWhole() {
        return history.isWhole() && !hasSkipped;
    }

    /**
     * Whether all of the history was handed over, and all of other topics, and whatever was handed over is committed.
     *
     * @param others ends of the application's own topics
     */
    boolean isThrough(Map<TopicPartition, Long> committed, Map<TopicPartition, Long> others) {
        return areRead(history.to())
                && areRead(others)
                && passed.entrySet().stream()
                        .allMatch(last -> committed.getOrDefault(last.getKey(), 0L) > last.getValue());
    }

    private boolean areRead(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> isRead(end.getKey(), end.getValue()));
    }

    private boolean isRead(TopicPartition partition, long end) {
        long position = positions.getOrDefault(partition, history.from().getOrDefault(partition, 0L));
        return position >= end;
    }

    /** How many offsets of the history were handed over. */
    long done() {
        long done = 0;
        for (Map.Entry<TopicPartition, Long> end : history.to().entrySet()) {
            long from = history.from().getOrDefault(end.getKey(), 0L);
            done += Math.min(positions.getOrDefault(end.getKey(), from), end.getValue()) - from;
        }
        return done;
    }
}
