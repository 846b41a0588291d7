package io.headrace.gateway.command;

import io.headrace.gateway.follow.Progress;
import io.headrace.gateway.follow.TopicFollower;
import io.headrace.registry.RegistryUnavailableException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two topics, partition by partition in the order of their records' timestamps, as long as what was in them when reading
 * began is read: so of two days of commands only those are in memory at a time that waited for their answers at one time.
 * Later each record is handed on as it comes. On one thread.
 */
final class TimeMerge implements TopicFollower.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(TimeMerge.class);
    private static final int MOST_WAITING = 500;

    private final String first;
    private final String second;
    private final TopicFollower.Reader reader;
    private final Runnable whenComplete;
    private final Map<TopicPartition, Queue<ConsumerRecord<String, byte[]>>> waiting = new HashMap<>();
    private boolean isComplete;
    private boolean isWaiting;

    /**
     * @param first goes before the other where timestamps are the same
     * @param second has its partner in the partition of the same number
     * @param whenComplete run once, when all is handed on that was there when reading began
     */
    TimeMerge(String first, String second, TopicFollower.Reader reader, Runnable whenComplete) {
        this.first = first;
        this.second = second;
        this.reader = reader;
        this.whenComplete = whenComplete;
    }

    @Override
    public void take(ConsumerRecord<String, byte[]> record) {
        if (isComplete) {
            reader.take(record);
        } else {
            waiting(new TopicPartition(record.topic(), record.partition())).add(record);
        }
    }

    private Queue<ConsumerRecord<String, byte[]>> waiting(TopicPartition partition) {
        return waiting.computeIfAbsent(partition, _ -> new ArrayDeque<>());
    }

    @Override
    public void polled(Progress progress) {
        if (isComplete) {
            return;
        }
        try {
            Set<Integer> partitions = new HashSet<>();
            waiting.keySet().forEach(each -> partitions.add(each.partition()));
            partitions.forEach(partition -> handOn(partition, progress));
            isWaiting = false;
        } catch (RegistryUnavailableException e) {
            if (!isWaiting) {
                LOG.warn("commands wait for the schema registry: {}", e.getMessage());
                isWaiting = true;
            }
            return; // from where it was, at the next poll
        }
        if (progress.isCaughtUp() && waiting.values().stream().allMatch(Queue::isEmpty)) {
            isComplete = true;
            waiting.clear();
            whenComplete.run();
        }
    }

    private void handOn(int partition, Progress progress) {
        TopicPartition one = new TopicPartition(first, partition);
        TopicPartition other = new TopicPartition(second, partition);
        for (TopicPartition next = next(one, other, progress); next != null; next = next(one, other, progress)) {
            reader.take(waiting(next).element());
            waiting(next).remove();
        }
    }

    /** Whose record is next; null where that isn't known yet, or there is none. */
    private @Nullable TopicPartition next(TopicPartition one, TopicPartition other, Progress progress) {
        ConsumerRecord<String, byte[]> ofOne = waiting(one).peek();
        ConsumerRecord<String, byte[]> ofOther = waiting(other).peek();
        if (ofOne != null && ofOther != null) {
            return ofOne.timestamp() <= ofOther.timestamp() ? one : other;
        }
        if (ofOne != null) {
            return progress.isCaughtUp(other) ? one : null;
        }
        return ofOther != null && progress.isCaughtUp(one) ? other : null;
    }

    @Override
    public Set<TopicPartition> heldBack() {
        Set<TopicPartition> heldBack = new HashSet<>();
        waiting.forEach((partition, records) -> {
            if (records.size() >= MOST_WAITING) {
                heldBack.add(partition);
            }
        });
        return heldBack;
    }
}
