package io.headrace.sinks.cold;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.connect.IcebergSinkConfig;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * What Iceberg's sink leaves to chance about its control topic, by which workers tell the coordinator of their files and
 * in whose transactions Kafka gets the offsets of what is in them.
 *
 * <p>The coordinator listens as a consumer group. For a partition of which it has never committed anything it begins at
 * the end, so what a worker said before the coordinator listened, or before it was killed, is lost, with rows that Kafka
 * has as consumed. And it passes over whatever comes before the position that the table has, which is everything once
 * the topic is made anew.
 */
final class ControlTopic {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long ANSWER_SECONDS = 30;

    private final String topic;
    private final String sinkGroup;
    private final Map<String, Object> kafka;

    ControlTopic(IcebergSinkConfig config) {
        topic = config.controlTopic();
        sinkGroup = config.connectGroupId();
        kafka = new HashMap<>(config.kafkaProps());
    }

    /**
     * Has the coordinator's group begin at the beginning wherever it has no position. What it hears twice then, the
     * table knows.
     *
     * @throws ConnectException where the topic isn't there, Kafka doesn't answer, or somebody is in the group already: a
     *     coordinator that was killed is, until its session ends
     */
    void anchor() {
        String group = sinkGroup + "-coord";
        try (Admin admin = Admin.create(kafka)) {
            Set<TopicPartition> partitions = partitions(admin);
            partitions.removeAll(committed(admin, group).keySet());
            if (partitions.isEmpty()) {
                return;
            }
            Map<TopicPartition, OffsetAndMetadata> beginnings = new HashMap<>();
            offsets(admin, partitions, OffsetSpec.earliest())
                    .forEach((partition, offset) -> beginnings.put(partition, new OffsetAndMetadata(offset)));
            answer(admin.alterConsumerGroupOffsets(group, beginnings).all(), "take a position for " + group);
        }
    }

    /** @throws PositionLostException where the topic ends before the position that the table has in it */
    void check(Table table) {
        String position = SinkPosition.of(table).get(SinkPosition.key(topic, sinkGroup));
        if (position == null) {
            return;
        }
        try (Admin admin = Admin.create(kafka)) {
            Map<TopicPartition, Long> ends = offsets(admin, partitions(admin), OffsetSpec.latest());
            parsed(position).forEach((partition, offset) -> {
                long end = ends.getOrDefault(new TopicPartition(topic, partition), 0L);
                if (end < offset) {
                    throw new PositionLostException(table.name(), topic, partition, offset, end);
                }
            });
        }
    }

    /** Where Kafka has the sink's group, once no transaction is open that moves it. */
    Map<TopicPartition, Long> consumed() {
        try (Admin admin = Admin.create(kafka)) {
            return committed(admin, sinkGroup);
        }
    }

    private Set<TopicPartition> partitions(Admin admin) {
        return answer(admin.describeTopics(Set.of(topic)).allTopicNames(), "describe " + topic).values().stream()
                .flatMap(described -> described.partitions().stream())
                .map(each -> new TopicPartition(topic, each.partition()))
                .collect(Collectors.toSet());
    }

    private static Map<TopicPartition, Long> committed(Admin admin, String group) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        answer(
                        admin.listConsumerGroupOffsets(group, new ListConsumerGroupOffsetsOptions().requireStable(true))
                                .partitionsToOffsetAndMetadata(),
                        "say what " + group + " has committed")
                .forEach((TopicPartition partition, @Nullable OffsetAndMetadata offset) -> {
                    if (offset != null) {
                        committed.put(partition, offset.offset());
                    }
                });
        return committed;
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, Set<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        answer(
                        admin.listOffsets(partitions.stream().collect(Collectors.toMap(each -> each, each -> which)))
                                .all(),
                        "say where its partitions begin and end")
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private static Map<Integer, Long> parsed(String position) {
        try {
            return JSON.readValue(position, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new ConnectException("the table's position in the control topic can't be read: " + position, e);
        }
    }

    private static <T> T answer(KafkaFuture<T> future, String what) {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while Kafka was to " + what, e);
        } catch (ExecutionException e) {
            throw new ConnectException("Kafka doesn't " + what + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new ConnectException("Kafka doesn't " + what + " within " + ANSWER_SECONDS + " s", e);
        }
    }
}
