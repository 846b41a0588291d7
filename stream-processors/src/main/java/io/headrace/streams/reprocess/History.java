package io.headrace.streams.reprocess;

import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What a run reads: the records of a stretch of each partition that are stamped with times of the range. Times alone
 * aren't enough, for one partition's needn't rise; offsets aren't, for the broker finds a time's offset by the marks of
 * transactions, too, which are stamped when they ended.
 *
 * @param from first offset; none before it holds a record of the range
 * @param to offset to stop before, never less
 * @param since first time of the range
 * @param until first time after it
 * @param isWhole whether there is nothing before the stretch, and never was
 */
record History(
        Map<TopicPartition, Long> from, Map<TopicPartition, Long> to, Instant since, Instant until, boolean isWhole) {
    History {
        from = Map.copyOf(from);
        to = Map.copyOf(to);
    }

    /** How many offsets are in it: records, and now and then a transaction's end. */
    long size() {
        return to.entrySet().stream()
                .mapToLong(end -> end.getValue() - from.getOrDefault(end.getKey(), 0L))
                .sum();
    }
}
