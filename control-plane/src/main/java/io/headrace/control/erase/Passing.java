package io.headrace.control.erase;

import io.headrace.catalogue.Topic;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.control.kafka.TopicScan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Whether those who read the hub's topics have passed what a device had sent by now. */
record Passing(KafkaClients clients, Offsets offsets) {
    private static final Duration SCAN = Duration.ofMinutes(5);

    /** Whether a group has committed past these offsets; one that has never committed anything reads nothing. */
    boolean isPast(String group, Map<TopicPartition, Long> offsetsToPass) {
        Map<TopicPartition, Long> committed = offsets.committed(group);
        return committed.isEmpty()
                || offsetsToPass.entrySet().stream()
                        .allMatch(each -> committed.getOrDefault(each.getKey(), 0L) >= each.getValue());
    }

    /** Consumer group of a connector, named without the hub's prefix. */
    String group(String connector) {
        return "connect-" + clients.config().topicPrefix() + connector;
    }

    /** Ends of a topic's partitions. */
    Map<TopicPartition, Long> ends(Topic<?> topic) {
        return offsets.ends(offsets.partitions(topic.name()));
    }

    /**
     * What a sink must commit to have stored, or refused, all that there is of a device: offset by partition. Found by
     * reading what it hasn't committed yet, since what stands before the end may be marks of transactions, which no sink
     * commits past.
     */
    Map<TopicPartition, Long> lastOf(String device, String connector, List<Topic<?>> topics) {
        Map<TopicPartition, Long> committed = offsets.committed(group(connector));
        Map<TopicPartition, Long> last = new HashMap<>();
        try (TopicScan scan = new TopicScan(clients, SCAN)) {
            for (Topic<?> topic : topics) {
                List<TopicPartition> partitions = scan.partitions(topic.name());
                Map<TopicPartition, Long> from = new HashMap<>(scan.begins(partitions));
                from.replaceAll((partition, begin) -> Math.max(begin, committed.getOrDefault(partition, 0L)));
                scan.read(from, scan.ends(partitions), row -> {
                    if (device.equals(row.key())) {
                        last.put(new TopicPartition(row.topic(), row.partition()), row.offset() + 1);
                    }
                });
            }
        }
        return last;
    }
}
