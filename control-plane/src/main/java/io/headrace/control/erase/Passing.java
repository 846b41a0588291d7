package io.headrace.control.erase;

import io.headrace.catalogue.Topic;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.control.kafka.TopicScan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Whether those who read the hub's topics have passed what a device had sent by now. */
record Passing(KafkaClients clients, Offsets offsets) {
    private static final Duration SCAN = Duration.ofMinutes(5);

    /** Whether a group has committed past these offsets; one that doesn't exist reads nothing. */
    boolean isPast(String group, Map<TopicPartition, Long> offsetsToPass) {
        Map<TopicPartition, Long> committed = offsets.committed(group);
        return offsetsToPass.entrySet().stream()
                        .allMatch(each -> committed.getOrDefault(each.getKey(), 0L) >= each.getValue())
                || (committed.isEmpty() && !offsets.groupExists(group));
    }

    /** Consumer group of a connector, named without the hub's prefix. */
    String group(String connector) {
        return "connect-" + clients.config().topicPrefix() + connector;
    }

    /** What a group must commit to have stored, or refused, all that there is of a device: offset by partition. */
    Map<TopicPartition, Long> lastOf(String device, String group, List<Topic<?>> topics) {
        return last(group, topics, row -> device.equals(row.key()));
    }

    /** What a group must commit to have read all that a topic has: offset by partition. */
    Map<TopicPartition, Long> lastOf(String group, Topic<?> topic) {
        return last(group, List.of(topic), row -> true);
    }

    /**
     * Found by reading what the group hasn't committed yet, since what stands before the end may be marks of
     * transactions, which nobody commits past.
     */
    private Map<TopicPartition, Long> last(
            String group, List<Topic<?>> topics, Predicate<ConsumerRecord<String, byte[]>> counts) {
        Map<TopicPartition, Long> committed = offsets.committed(group);
        Map<TopicPartition, Long> last = new HashMap<>();
        try (TopicScan scan = new TopicScan(clients, SCAN)) {
            for (Topic<?> topic : topics) {
                List<TopicPartition> partitions = scan.partitions(topic.name());
                Map<TopicPartition, Long> from = new HashMap<>(scan.begins(partitions));
                from.replaceAll((partition, begin) -> Math.max(begin, committed.getOrDefault(partition, 0L)));
                scan.read(from, scan.ends(partitions), row -> {
                    if (counts.test(row)) {
                        last.put(new TopicPartition(row.topic(), row.partition()), row.offset() + 1);
                    }
                });
            }
        }
        return last;
    }
}
