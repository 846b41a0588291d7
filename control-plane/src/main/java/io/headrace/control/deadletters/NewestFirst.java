package io.headrace.control.deadletters;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks for the newest records of several partitions that are wanted, reading each backwards in growing stretches. A
 * partition is done when it is read to its beginning, or when it has nothing newer than what is found already. Owned by
 * one thread.
 */
final class NewestFirst {
    private static final int FIRST_STRETCH = 500;
    private static final int LARGEST_STRETCH = 10_000;
    private static final Comparator<ConsumerRecord<String, byte[]>> OLDEST_FIRST =
            Comparator.<ConsumerRecord<String, byte[]>>comparingLong(ConsumerRecord::timestamp)
                    .thenComparingLong(ConsumerRecord::offset);

    private final Predicate<ConsumerRecord<String, byte[]>> wanted;
    private final int limit;
    private final PriorityQueue<ConsumerRecord<String, byte[]>> found = new PriorityQueue<>(OLDEST_FIRST);
    private final Map<TopicPartition, Long> begins;
    private final Map<TopicPartition, Long> left;
    private int stretch;
    private int looked;

    /** Reads offsets {@code from} to before {@code until} of one partition, in order. */
    @FunctionalInterface
    interface Stretch {
        List<ConsumerRecord<String, byte[]>> read(TopicPartition partition, long from, long until);
    }

    NewestFirst(
            Predicate<ConsumerRecord<String, byte[]>> wanted,
            int limit,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends) {
        this.wanted = wanted;
        this.limit = limit;
        this.begins = begins;
        this.left = new HashMap<>(ends);
        this.stretch = Math.max(limit, FIRST_STRETCH);
    }

    /** Whether there is nothing more to find. */
    boolean isDone() {
        return left.isEmpty();
    }

    /** Records read so far. */
    int looked() {
        return looked;
    }

    /** Reads one stretch further back in each partition. */
    void step(Stretch source) {
        for (TopicPartition partition : List.copyOf(left.keySet())) {
            long begin = begins.getOrDefault(partition, 0L);
            long end = left.getOrDefault(partition, begin);
            long from = Math.max(begin, end - stretch);
            List<ConsumerRecord<String, byte[]>> rows = source.read(partition, from, end);
            looked += rows.size();
            rows.stream().filter(wanted).forEach(this::keep);
            if (from == begin || isOlderThanFound(rows)) {
                left.remove(partition);
            } else {
                left.put(partition, from);
            }
        }
        stretch = Math.min(stretch * 4, LARGEST_STRETCH);
    }

    private boolean isOlderThanFound(List<ConsumerRecord<String, byte[]>> rows) {
        return found.size() == limit
                && !rows.isEmpty()
                && rows.getFirst().timestamp() < found.element().timestamp();
    }

    private void keep(ConsumerRecord<String, byte[]> row) {
        found.add(row);
        if (found.size() > limit) {
            found.remove();
        }
    }

    /** Newest first. */
    List<ConsumerRecord<String, byte[]>> found() {
        List<ConsumerRecord<String, byte[]>> newest = new ArrayList<>(found);
        newest.sort(OLDEST_FIRST.reversed());
        return newest;
    }
}
