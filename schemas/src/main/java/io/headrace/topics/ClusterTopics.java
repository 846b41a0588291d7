package io.headrace.topics;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of one cluster. Every method throws {@link KafkaException} where the cluster doesn't answer or refuses. */
public final class ClusterTopics {
    private static final long SHOWN_WITHIN_SECONDS = 30;
    private static final long LOOK_EVERY_MS = 50;

    private final Admin admin;

    /** @param admin owned by the caller */
    public ClusterTopics(Admin admin) {
        this.admin = admin;
    }

    /** Compares the cluster with the catalogue; changes nothing. */
    public TopicsPlan plan(Catalogue catalogue) {
        Set<String> there = new HashSet<>(await(admin.listTopics().names()));
        List<String> names = catalogue.all().stream()
                .map(Topic::name)
                .filter(there::contains)
                .toList();
        Map<String, TopicDescription> descriptions =
                await(admin.describeTopics(names).allTopicNames());
        Map<ConfigResource, Config> configs = await(admin.describeConfigs(
                        names.stream().map(ClusterTopics::resource).toList())
                .all());
        List<FoundTopic> found = new ArrayList<>();
        configs.forEach((resource, config) ->
                found.add(found(Objects.requireNonNull(descriptions.get(resource.name())), config)));
        return TopicsPlan.of(catalogue, found);
    }

    /**
     * Makes what is missing and sets what nobody has set. A topic that somebody else makes meanwhile is taken as it is.
     * Returns when the cluster shows what was made: a broker follows its controller, and may be a little behind.
     *
     * @param plan of this cluster
     * @throws org.apache.kafka.common.errors.TimeoutException where it isn't shown within {@value #SHOWN_WITHIN_SECONDS}
     *     seconds
     */
    public void apply(TopicsPlan plan) {
        List<NewTopic> missing = new ArrayList<>();
        Map<ConfigResource, Collection<AlterConfigOp>> settings = new HashMap<>();
        for (Step step : plan.steps()) {
            if (step instanceof Step.Make make) {
                missing.add(newTopic(make.wanted()));
            } else if (step instanceof Step.Configure configure) {
                ConfigEntry entry = new ConfigEntry(configure.key(), configure.value());
                settings.computeIfAbsent(resource(configure.topic()), topic -> new ArrayList<>())
                        .add(new AlterConfigOp(entry, AlterConfigOp.OpType.SET));
            }
        }
        admin.createTopics(missing).values().forEach((name, made) -> {
            try {
                await(made);
            } catch (TopicExistsException madeMeanwhile) {
                // by another process that applies the same catalogue
            }
        });
        await(admin.incrementalAlterConfigs(settings).all());
        awaitShown(missing.stream().map(NewTopic::name).toList());
    }

    private void awaitShown(List<String> made) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SHOWN_WITHIN_SECONDS);
        while (!made.isEmpty() && !isShown(made)) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException(
                        "the cluster doesn't show what was made within " + SHOWN_WITHIN_SECONDS + " s: " + made);
            }
            try {
                Thread.sleep(LOOK_EVERY_MS);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    /** Asked of several brokers, one of which may know more than another: listed, and described with settings. */
    private boolean isShown(List<String> made) {
        if (!await(admin.listTopics().names()).containsAll(made)) {
            return false;
        }
        try {
            Map<String, TopicDescription> shown =
                    await(admin.describeTopics(made).allTopicNames());
            await(admin.describeConfigs(
                            made.stream().map(ClusterTopics::resource).toList())
                    .all());
            await(admin.listOffsets(ends(shown)).all());
            return true;
        } catch (UnknownTopicOrPartitionException | TimeoutException notYet) {
            return false;
        }
    }

    /**
     * Asked of each partition's leader, which answers once it serves: until then it may refuse a producer's first batch and
     * take the second, and a partition that has taken the second never takes the first.
     */
    private static Map<TopicPartition, OffsetSpec> ends(Map<String, TopicDescription> topics) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        topics.forEach((name, description) -> description
                .partitions()
                .forEach(each -> ends.put(new TopicPartition(name, each.partition()), OffsetSpec.latest())));
        return ends;
    }

    private static NewTopic newTopic(Topic<?> topic) {
        return new NewTopic(topic.name(), topic.partitions(), (short) topic.replication()).configs(topic.config());
    }

    private static FoundTopic found(TopicDescription description, Config config) {
        Map<String, String> set = new HashMap<>();
        Map<String, String> inherited = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.value() != null) {
                boolean ofTopic = entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
                (ofTopic ? set : inherited).put(entry.name(), entry.value());
            }
        }
        int replication = description.partitions().get(0).replicas().size();
        return new FoundTopic(description.name(), description.partitions().size(), replication, set, inherited);
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
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
}
