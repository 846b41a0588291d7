package io.headrace.streams.reprocess;

import java.time.Instant;
import java.util.List;

/**
 * What a run found.
 *
 * @param application id it ran under
 * @param inputs topics it read
 * @param records of them that were processed
 * @param from receive time from which results are compared
 * @param settled receive time up to which they are compared for certain
 * @param anew whether there was an earlier run into this suffix, which is gone
 * @param topics that it wrote
 */
public record Report(
        String application,
        List<String> inputs,
        long records,
        Instant from,
        Instant settled,
        boolean anew,
        List<TopicDifference> topics) {

    /** Whether the run came to what is there. */
    public boolean isSame() {
        return topics.stream().allMatch(TopicDifference::isSame);
    }
}
