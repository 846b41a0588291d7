package io.headrace.streams.reprocess;

import io.headrace.catalogue.Topic;
import io.headrace.wire.TopicSerdes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares a topic with its shadow, partition by partition: a device is on the same one in both. Of a large partition
 * some of the devices at a time, so that memory is bounded, and it is read as often as that takes.
 *
 * @param reader owned by the caller
 */
record Comparison(Cluster cluster, TopicReader reader, TopicSerdes serdes, Range range) {
    /** Records of one partition, live and shadow, that are held in memory at a time: some 100 MB. */
    private static final long AT_ONCE = 100_000;

    private record Stretch(TopicPartition partition, long from, long to) {
        long size() {
            return to - from;
        }
    }

    TopicDifference of(Topic<?> live, Topic<?> shadow) {
        Map<String, Integer> counts = cluster.partitionCounts(List.of(live.name(), shadow.name()));
        if (counts.values().stream().distinct().count() > 1) {
            return TopicDifference.impossible(
                    live.name(), shadow.name(), "they have different numbers of partitions: " + counts);
        }
        TopicDifference.Tally tally = new TopicDifference.Tally();
        int partitions =
                counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        for (int number = 0; number < partitions; number++) {
            Stretch ofLive = stretch(counts, new TopicPartition(live.name(), number));
            Stretch ofShadow = stretch(counts, new TopicPartition(shadow.name(), number));
            int parts = Math.toIntExact(1 + (ofLive.size() + ofShadow.size()) / AT_ONCE);
            for (int part = 0; part < parts; part++) {
                read(live, ofLive, part, parts).compare(read(shadow, ofShadow, part, parts), range, tally);
            }
        }
        return tally.result(live.name(), shadow.name());
    }

    /** Derived records are stamped with receive times, so none of the range stands before this stretch. */
    private Stretch stretch(Map<String, Integer> counts, TopicPartition partition) {
        if (!counts.containsKey(partition.topic())) {
            return new Stretch(partition, 0, 0);
        }
        Map<TopicPartition, Long> ends = cluster.ends(List.of(partition));
        long end = ends.getOrDefault(partition, 0L);
        long first = cluster.firstSince(List.of(partition), range.from()).getOrDefault(partition, -1L);
        return new Stretch(partition, first < 0 ? end : Math.min(first, end), end);
    }

    private Findings read(Topic<?> topic, Stretch stretch, int part, int parts) {
        Findings findings = new Findings(topic, serdes);
        reader.read(stretch.partition(), stretch.from(), stretch.to(), row -> {
            if (range.has(row.timestamp()) && Math.floorMod(Arrays.hashCode(row.key()), parts) == part) {
                findings.add(row);
            }
        });
        return findings;
    }
}
