package io.headrace.control.kafka;

import io.headrace.control.http.UnavailableException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * How far topics reach. Ends are those of the log as the broker has it, open transactions included. Every method throws
 * {@link UnavailableException} where Kafka doesn't answer. Safe for use by several threads.
 */
public final class Offsets implements AutoCloseable {
    private final Admin admin;

    public Offsets(KafkaClients clients) {
        this.admin = clients.admin();
    }

    /** Partitions of a topic that is there. */
    public List<TopicPartition> partitions(String topic) {
        return await(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                .flatMap(described -> described.partitions().stream())
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    /** First offset that each partition still has. */
    public Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions) {
        return list(partitions, OffsetSpec.earliest());
    }

    /** End of each partition, exclusive. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return list(partitions, OffsetSpec.latest());
    }

    /** First offset with this timestamp or a later one; -1 where there is none. */
    public Map<TopicPartition, Long> from(Collection<TopicPartition> partitions, long epochMs) {
        return list(partitions, OffsetSpec.forTimestamp(epochMs));
    }

    /** A record's place and time. */
    public record Stamp(long offset, long epochMs) {}

    /** The first record of each partition with its timestamp or a later one; offset -1 where there is none. */
    public Map<TopicPartition, Stamp> from(Map<TopicPartition, Long> epochMs) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        epochMs.forEach((partition, time) -> wanted.put(partition, OffsetSpec.forTimestamp(time)));
        Map<TopicPartition, Stamp> stamps = new HashMap<>();
        await(admin.listOffsets(wanted).all())
                .forEach((partition, found) -> stamps.put(partition, new Stamp(found.offset(), found.timestamp())));
        return stamps;
    }

    /** What a consumer group has committed; empty where there is no such group. */
    public Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, position) -> {
                    if (position != null) {
                        committed.put(partition, position.offset());
                    }
                });
        return committed;
    }

    /** Whether there is such a group; Kafka forgets one that has neither members nor positions. */
    public boolean groupExists(String group) {
        return await(admin.listGroups().all()).stream()
                .anyMatch(listed -> listed.groupId().equals(group));
    }

    private Map<TopicPartition, Long> list(Collection<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        await(admin.listOffsets(wanted).all()).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new UnavailableException("Kafka doesn't say how far its topics reach", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while asking Kafka", e);
        }
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ofSeconds(5));
    }
}
