package io.headrace.streams.route;

import io.headrace.catalogue.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link RoutedTopics} on a cluster. Every few seconds it looks whether all are still there and makes those that aren't:
 * a topic that somebody deletes costs copies for that long, and doesn't stop the application.
 */
public final class KafkaRoutedTopics implements RoutedTopics {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRoutedTopics.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration EVERY = Duration.ofSeconds(15);

    private final Admin admin;
    private final Map<String, Topic<?>> wanted = new ConcurrentHashMap<>();
    private final Set<String> ready = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService checks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("headrace-routed-topics").factory());

    /** Closes the admin client when it is closed. */
    public KafkaRoutedTopics(Map<String, Object> clientSettings) {
        this.admin = Admin.create(clientSettings);
        checks.scheduleWithFixedDelay(this::checkAll, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void ensure(Topic<?> topic) {
        wanted.put(topic.name(), topic);
        create(topic);
    }

    @Override
    public boolean isReady(String topic) {
        return ready.contains(topic);
    }

    private void checkAll() {
        if (wanted.isEmpty()) {
            return;
        }
        try {
            Set<String> existing = admin.listTopics().names().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            for (Topic<?> topic : wanted.values()) {
                if (existing.contains(topic.name())) {
                    ready.add(topic.name());
                } else {
                    ready.remove(topic.name());
                    create(topic);
                }
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("can't look for the topics that routes name, trying again: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void create(Topic<?> topic) {
        NewTopic wantedTopic =
                new NewTopic(topic.name(), topic.partitions(), (short) topic.replication()).configs(topic.config());
        try {
            admin.createTopics(List.of(wantedTopic)).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            ready.add(topic.name());
            LOG.info("made the topic {} that a route names", topic.name());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                ready.add(topic.name());
            } else {
                LOG.warn("can't make the topic {} yet, trying again: {}", topic.name(), e.getCause());
            }
        } catch (TimeoutException e) {
            LOG.warn("can't make the topic {} yet, trying again: no answer", topic.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        checks.shutdownNow();
        admin.close(PATIENCE);
    }
}
