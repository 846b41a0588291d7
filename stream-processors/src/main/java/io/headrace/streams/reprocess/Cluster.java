package io.headrace.streams.reprocess;

import io.headrace.catalogue.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** What a run asks of the cluster. Every method throws {@link KafkaException} where it doesn't answer or refuses. */
final class Cluster implements AutoCloseable {
    private static final long SHOWN_WITHIN_SECONDS = 30;
    private static final long LOOK_EVERY_MS = 50;

    private final Map<String, Object> clientSettings;
    private final Admin admin;

    Cluster(Map<String, Object> clientSettings) {
        this.clientSettings = Map.copyOf(clientSettings);
        admin = Admin.create(clientSettings);
    }

    /** For a client of the same cluster. */
    Map<String, Object> clientSettings() {
        return new HashMap<>(clientSettings);
    }

    /** Names of all. */
    Set<String> topics() {
        return new HashSet<>(await(admin.listTopics().names()));
    }

    /** All partitions of topics that are there. */
    List<TopicPartition> partitions(Collection<String> topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        await(admin.describeTopics(topics).allTopicNames())
                .forEach((name, topic) ->
                        topic.partitions().forEach(each -> partitions.add(new TopicPartition(name, each.partition()))));
        return partitions;
    }

    /** What was received from one time until another, by the records' timestamps. */
    History history(Collection<String> topics, Instant since, Instant until) {
        List<TopicPartition> partitions = partitions(topics);
        Map<TopicPartition, Long> begins = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = ends(partitions);
        Map<TopicPartition, Long> first = firstSince(partitions, since);
        Map<TopicPartition, Long> starts = new HashMap<>();
        boolean whole = true;
        for (TopicPartition partition : partitions) {
            long end = ends.getOrDefault(partition, 0L);
            long found = first.getOrDefault(partition, -1L);
            long start = found < 0 ? end : Math.min(found, end);
            starts.put(partition, start);
            whole &= start == 0 && begins.getOrDefault(partition, 0L) == 0;
        }
        return new History(starts, ends, since, until, whole);
    }

    /** Offset before which all is decided: committed, or aborted. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    /** First offset that is stamped so or later; -1 where there is none. */
    Map<TopicPartition, Long> firstSince(Collection<TopicPartition> partitions, Instant time) {
        return offsets(partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        await(admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all())
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, offset) -> {
                    if (offset != null) {
                        committed.put(partition, offset.offset());
                    }
                });
        return committed;
    }

    void commit(String group, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        offsets.forEach((partition, offset) -> all.put(partition, new OffsetAndMetadata(offset)));
        await(admin.alterConsumerGroupOffsets(group, all).all());
    }

    boolean hasMembers(String group) {
        try {
            return await(admin.describeConsumerGroups(List.of(group)).all()).values().stream()
                    .anyMatch(described -> !described.members().isEmpty());
        } catch (GroupIdNotFoundException none) {
            return false;
        }
    }

    /** Also where there is none. */
    void removeGroup(String group) {
        try {
            await(admin.deleteConsumerGroups(List.of(group)).all());
        } catch (GroupIdNotFoundException none) {
            // as it should be
        }
    }

    /**
     * Makes topics, and returns when they can be written.
     *
     * @param partitions of each by full name; those that aren't named get what they ask for
     */
    void make(List<Topic<?>> topics, Map<String, Integer> partitions) {
        List<NewTopic> wanted = topics.stream()
                .map(topic -> new NewTopic(
                                topic.name(), partitions.getOrDefault(topic.name(), topic.partitions()), (short)
                                        topic.replication())
                        .configs(topic.config()))
                .toList();
        await(admin.createTopics(wanted).all());
        Set<String> names = new HashSet<>(topics.stream().map(Topic::name).toList());
        awaitThat("shows " + names, () -> topics().containsAll(names) && answers(names));
    }

    /** Asked of each partition's leader. */
    private boolean answers(Set<String> names) {
        try {
            ends(partitions(names));
            return true;
        } catch (org.apache.kafka.common.errors.RetriableException notYet) {
            return false;
        }
    }

    /** Returns when they are gone. */
    void remove(Set<String> topics) {
        if (!topics.isEmpty()) {
            await(admin.deleteTopics(topics).all());
            awaitThat("has forgotten " + topics, () -> topics().stream().noneMatch(topics::contains));
        }
    }

    /** How many partitions each topic has that is there. */
    Map<String, Integer> partitionCounts(Collection<String> topics) {
        Set<String> there = topics();
        Map<String, Integer> counts = new HashMap<>();
        Map<String, TopicDescription> found = await(
                admin.describeTopics(topics.stream().filter(there::contains).toList())
                        .allTopicNames());
        found.forEach((name, topic) -> counts.put(name, topic.partitions().size()));
        return counts;
    }

    private interface Condition {
        boolean holds();
    }

    private static void awaitThat(String what, Condition condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SHOWN_WITHIN_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("not within " + SHOWN_WITHIN_SECONDS + " s: the cluster " + what);
            }
            try {
                Thread.sleep(LOOK_EVERY_MS);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
