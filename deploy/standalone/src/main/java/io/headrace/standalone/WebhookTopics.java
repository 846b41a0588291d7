package io.headrace.standalone;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.topics.ClusterTopics;
import io.headrace.topics.Step;
import io.headrace.topics.TopicsPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topics of webhooks: their dead letters, and the way back of those. Those of the other sinks are in the catalogue. */
final class WebhookTopics {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookTopics.class);

    private WebhookTopics() {}

    static void make(ConnectConfig config) {
        Catalogue catalogue = config.kafka().catalogue();
        List<Topic<?>> topics = new ArrayList<>();
        for (Webhook webhook : config.webhooks()) {
            topics.add(catalogue.sinkDeadLetters("webhook-" + webhook.name()));
            topics.add(catalogue.sinkReplay("webhook-" + webhook.name()));
        }
        if (topics.isEmpty()) {
            return;
        }
        List<String> names = topics.stream().<String>map(Topic::name).toList();
        try (Admin admin = Admin.create(config.kafka().clientSettings())) {
            ClusterTopics cluster = new ClusterTopics(admin);
            List<Step> steps = cluster.plan(catalogue.with(topics)).steps().stream()
                    .filter(step -> names.contains(step.topic()))
                    .toList();
            cluster.apply(new TopicsPlan(steps));
            for (Webhook webhook : config.webhooks()) {
                String sink = "webhook-" + webhook.name();
                anchor(admin, "connect-" + config.kafka().topicPrefix() + sink, catalogue.sinkReplay(sink));
            }
        }
    }

    /**
     * Has a target's group begin at the beginning of what is brought back to it: a new target gets no alerts of before,
     * but a dead letter that is replayed while its worker is away is none of those.
     */
    private static void anchor(Admin admin, String group, Topic<?> replays) {
        Map<TopicPartition, OffsetAndMetadata> beginnings = new HashMap<>();
        await(admin.describeTopics(List.of(replays.name())).allTopicNames())
                .values()
                .forEach(topic -> topic.partitions()
                        .forEach(each -> beginnings.put(
                                new TopicPartition(topic.name(), each.partition()), new OffsetAndMetadata(0))));
        beginnings
                .keySet()
                .removeAll(await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                        .keySet());
        if (beginnings.isEmpty()) {
            return;
        }
        try {
            await(admin.alterConsumerGroupOffsets(group, beginnings).all());
        } catch (KafkaException inUse) {
            LOG.info("{} is at work already, and reads {} from now on", group, replays.name());
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
