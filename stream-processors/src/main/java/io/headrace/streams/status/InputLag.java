package io.headrace.streams.status;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.TaskMetadata;

/**
 * How far behind a task is in a partition that it reads: markers of transactions count as records.
 *
 * @param committed offset from which it would go on elsewhere
 * @param end as the last fetch said
 */
record InputLag(long committed, long end) {
    private static final long UNKNOWN = -1;

    /** Empty until the task has read something and committed. */
    static Optional<InputLag> of(TaskMetadata task, TopicPartition partition) {
        long committed = task.committedOffsets().getOrDefault(partition, UNKNOWN);
        long end = task.endOffsets().getOrDefault(partition, UNKNOWN);
        return committed < 0 || end < 0 ? Optional.empty() : Optional.of(new InputLag(committed, end));
    }

    long records() {
        return Math.max(0, end - committed);
    }
}
