package io.headrace.standalone;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.topics.ClusterTopics;
import io.headrace.topics.Step;
import io.headrace.topics.TopicsPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics of the sinks that tell somebody: their dead letters, and the way back of those. Those of the stores are in the
 * catalogue.
 */
final class TellingTopics {
    private static final Logger LOG = LoggerFactory.getLogger(TellingTopics.class);

    private TellingTopics() {}

    /**
     * A sink, and what it reads.
     *
     * @param name as its dead letters are named
     */
    private record Telling(String name, Topic<?> input) {}

    static void make(ConnectConfig config) {
        Catalogue catalogue = config.kafka().catalogue();
        List<Telling> sinks = new ArrayList<>();
        config.webhooks()
                .forEach(each -> sinks.add(new Telling(each.sink(), each.takes().topic(catalogue))));
        config.email().ifPresent(email -> sinks.add(new Telling(Email.SINK, catalogue.notifications())));
        if (sinks.isEmpty()) {
            return;
        }
        try (Admin admin = Admin.create(config.kafka().clientSettings())) {
            make(admin, catalogue, sinks);
            for (Telling sink : sinks) {
                String group = "connect-" + config.kafka().topicPrefix() + sink.name();
                anchor(admin, group, sink.input(), catalogue.sinkReplay(sink.name()));
            }
        }
    }

    /** Also what they read: a sink may be there before the processors are. */
    private static void make(Admin admin, Catalogue catalogue, List<Telling> sinks) {
        List<Topic<?>> own = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Telling sink : sinks) {
            own.add(catalogue.sinkDeadLetters(sink.name()));
            own.add(catalogue.sinkReplay(sink.name()));
            names.add(sink.input().name());
        }
        own.forEach(topic -> names.add(topic.name()));
        ClusterTopics cluster = new ClusterTopics(admin);
        List<Step> steps = cluster.plan(catalogue.with(own)).steps().stream()
                .filter(step -> names.contains(step.topic()))
                .toList();
        cluster.apply(new TopicsPlan(steps));
    }

    /**
     * Has a sink's group begin with what comes from now on, and at the beginning of what is brought back to it: a new target
     * gets nothing of before, but what comes while its worker is away, and had read nothing yet, is none of that.
     */
    private static void anchor(Admin admin, String group, Topic<?> input, Topic<?> replays) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        await(admin.describeTopics(List.of(input.name(), replays.name())).allTopicNames())
                .values()
                .forEach(topic -> topic.partitions()
                        .forEach(each -> asked.put(
                                new TopicPartition(topic.name(), each.partition()),
                                topic.name().equals(replays.name()) ? OffsetSpec.earliest() : OffsetSpec.latest())));
        asked.keySet()
                .removeAll(await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                        .keySet());
        if (asked.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> beginnings = new HashMap<>();
        await(admin.listOffsets(asked).all())
                .forEach((partition, found) -> beginnings.put(partition, new OffsetAndMetadata(found.offset())));
        try {
            await(admin.alterConsumerGroupOffsets(group, beginnings).all());
        } catch (KafkaException inUse) {
            LOG.info("{} is at work already, and reads {} from now on", group, asked.keySet());
        }
    }

    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
