package io.headrace.gateway.follow;

import org.apache.kafka.common.TopicPartition;

/** How far reading has come. */
public interface Progress {
    /** Whether all is read that was there when reading began. */
    boolean isCaughtUp();

    /** As {@link #isCaughtUp()}, of one partition. */
    boolean isCaughtUp(TopicPartition partition);
}
