package io.headrace.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an application begins anew with what others have been through: then all inputs of a task must wait for each
 * other, so that a replay comes after what it replays, and a judgement after what it judges. One that goes on needn't: what
 * it is told about is what it has committed, and Kafka Streams' way of waiting costs each record a twentieth of its time.
 */
final class Beginning {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);

    private Beginning() {}

    /**
     * Whether one of its inputs has, or had, records and it has never committed how far it is in it; also where Kafka
     * doesn't say.
     *
     * @param settings by which Kafka is reached
     */
    static boolean isAnew(Map<String, Object> settings, String application, Topology topology) {
        try (Admin admin = Admin.create(settings)) {
            Map<TopicPartition, OffsetSpec> never = new HashMap<>();
            var described = admin.describeTopics(inputs(topology)).allTopicNames();
            for (TopicDescription topic :
                    described.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS).values()) {
                topic.partitions()
                        .forEach(part ->
                                never.put(new TopicPartition(topic.name(), part.partition()), OffsetSpec.latest()));
            }
            var committed = admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata();
            committed.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS).forEach((part, offset) -> {
                if (offset != null) {
                    never.remove(part);
                }
            });
            var ends = admin.listOffsets(never).all();
            return ends.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS).values().stream()
                    .anyMatch(end -> end.offset() > 0);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Kafka doesn't say how far {} is", application, e);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    private static Set<String> inputs(Topology topology) {
        Set<String> topics = new TreeSet<>();
        topology.describe().subtopologies().stream()
                .flatMap(part -> part.nodes().stream())
                .forEach(node -> {
                    if (node instanceof Source source && source.topicSet() != null) {
                        topics.addAll(source.topicSet());
                    }
                });
        topics.removeIf(topic -> topic.endsWith("-repartition"));
        return topics;
    }
}
