package io.headrace.streams;

import io.headrace.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the topics that hold what the application knows. Where one of them is deleted, Kafka Streams would make it
 * anew at the next rebalance and go on with empty state as if nothing had been: windows would lose what they had counted,
 * and duplicates would count twice. So a deleted topic stops the application, and an instance whose disk still has state
 * of a topic that is gone doesn't start.
 */
final class InternalTopics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InternalTopics.class);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** Within which the first of several new instances has made the topics for all. */
    private static final Duration JOINING = Duration.ofSeconds(15);

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Admin admin;
    private final Set<String> names;
    private final Map<String, Uuid> known = new HashMap<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("internal-topics").factory());

    /** @param settings by which Kafka is reached */
    InternalTopics(Topology topology, String applicationId, Map<String, Object> settings) {
        this.admin = Admin.create(settings);
        this.names = names(topology, applicationId + "-");
    }

    /**
     * Refuses to go on without what the disk says there was.
     *
     * @throws ConfigException naming what is missing
     */
    void requireThoseOf(Path stateDirectory, String applicationId) {
        Set<String> lost = storesOn(stateDirectory.resolve(applicationId)).stream()
                .map(store -> changelog(applicationId + "-", store))
                .filter(names::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!lost.isEmpty()) {
            lost.removeAll(describe().keySet());
        }
        if (!lost.isEmpty()) {
            throw new ConfigException("processors.state-dir = " + stateDirectory + " has state whose topics are gone: "
                    + String.join(", ", lost)
                    + "; state that isn't in Kafka is lost with the disk: restore the topics, or accept the loss"
                    + " by removing the directory on every instance");
        }
    }

    /**
     * Waits while others run that don't know all stores of this topology: one of them may lead the group, and then makes
     * no topics for what it doesn't know, without which this instance would ask for them for ever.
     *
     * @throws ConfigException naming the stores, where that doesn't end
     */
    void awaitThoseOf(String applicationId) {
        long deadline = System.nanoTime() + JOINING.toNanos();
        while (true) {
            Set<String> missing = new TreeSet<>(names);
            missing.removeAll(describe().keySet());
            if (missing.isEmpty() || !hasMembers(applicationId)) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new ConfigException("processors.fragments have state that the running instances of "
                        + applicationId + " don't know, in " + String.join(", ", missing)
                        + "; stop all of them first, then start the new ones");
            }
            pause();
        }
    }

    private boolean hasMembers(String group) {
        try {
            return admin
                    .describeConsumerGroups(List.of(group))
                    .all()
                    .get(ANSWER.toSeconds(), TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .anyMatch(found -> !found.members().isEmpty());
        } catch (ExecutionException noSuchGroup) {
            return false;
        } catch (TimeoutException e) {
            throw new KafkaException("the group " + group + " can't be described", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    /**
     * Looks every now and then, from now on.
     *
     * @param onLost is told once what was deleted, in one line
     */
    void watch(Duration every, Consumer<String> onLost) {
        watch.scheduleWithFixedDelay(
                () -> lost().ifPresent(text -> {
                    watch.shutdown();
                    onLost.accept(text);
                }),
                every.toMillis(),
                every.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** What was there at an earlier look and is not there now, or is another of the same name. */
    private Optional<String> lost() {
        try {
            Map<String, Uuid> now = describe();
            Set<String> lost = known.entrySet().stream()
                    .filter(topic -> !topic.getValue().equals(now.get(topic.getKey())))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toCollection(TreeSet::new));
            known.putAll(now);
            return lost.isEmpty()
                    ? Optional.empty()
                    : Optional.of("the application's state was deleted from Kafka: " + String.join(", ", lost));
        } catch (KafkaException away) {
            LOG.debug("Kafka doesn't describe the application's topics", away);
            return Optional.empty();
        }
    }

    /** Those that are there. */
    private Map<String, Uuid> describe() {
        Map<String, Uuid> ids = new HashMap<>();
        admin.describeTopics(names)
                .topicNameValues()
                .forEach((name, future) -> describe(future).ifPresent(topic -> ids.put(name, topic.topicId())));
        return ids;
    }

    private static Optional<TopicDescription> describe(KafkaFuture<TopicDescription> future) {
        try {
            return Optional.of(future.get(ANSWER.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw new KafkaException("topics can't be described: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new KafkaException("topics can't be described: no answer within " + ANSWER.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    /** Every topic that Kafka Streams could make for the topology. */
    private static Set<String> names(Topology topology, String prefix) {
        Set<String> names = new TreeSet<>();
        topology.describe().subtopologies().stream()
                .flatMap(part -> part.nodes().stream())
                .forEach(node -> {
                    if (node instanceof Processor processor) {
                        processor.stores().forEach(store -> names.add(changelog(prefix, store)));
                    } else if (node instanceof Source source && source.topicSet() != null) {
                        source.topicSet().stream()
                                .filter(topic -> topic.endsWith("-repartition"))
                                .forEach(topic -> names.add(prefix + topic));
                    }
                });
        return names;
    }

    private static String changelog(String prefix, String store) {
        return prefix + store + "-changelog";
    }

    /** Kafka Streams lays state out as task and store, with the kind of store between them for some. */
    private static Set<String> storesOn(Path application) {
        if (!Files.isDirectory(application)) {
            return Set.of();
        }
        try (Stream<Path> found = Files.find(application, 3, (path, attributes) -> attributes.isDirectory())) {
            return found.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + application, e);
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
        admin.close(Duration.ofSeconds(5));
    }
}
