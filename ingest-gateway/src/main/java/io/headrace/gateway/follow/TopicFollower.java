package io.headrace.gateway.follow;

import io.headrace.config.KafkaConfig;
import io.headrace.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics on a thread of its own, all partitions from the beginning, in no group, committed records only: every
 * gateway needs all of it. Kafka away, a topic not there yet, a refused login: it tries again until it is closed, from
 * where it was.
 */
public final class TopicFollower implements Progress, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration NEW_PARTITIONS_EVERY = Duration.ofSeconds(30);

    private final Map<String, Object> settings;
    private final List<String> topics;
    private final String name;
    private final Reader reader;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private volatile boolean isCaughtUp;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private boolean isComplaining;

    /**
     * @param what for the names of the thread and of Kafka's client
     * @param topics full names
     */
    public TopicFollower(KafkaConfig kafka, String what, List<String> topics, Reader reader) {
        this.settings = kafka.clientSettings();
        settings.put("client.id", "headrace-gateway-" + what);
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("default.api.timeout.ms", 3_000);
        this.topics = List.copyOf(topics);
        this.name = String.join(" and ", topics);
        this.reader = reader;
        this.thread = Thread.ofPlatform().name(what + "-view").daemon().unstarted(this::run);
    }

    /** What is done with what is read; on the reading thread. */
    public interface Reader {
        /**
         * Takes a record; of one partition in its order.
         *
         * @throws RegistryUnavailableException where it can't be judged now: it comes again later
         */
        void take(ConsumerRecord<String, byte[]> record);

        /** Something was read or not; several times a second, and also while nothing can be read. */
        default void polled(Progress progress) {}

        /** Partitions of which nothing more is wanted for now. */
        default Set<TopicPartition> heldBack() {
            return Set.of();
        }
    }

    public void start() {
        thread.start();
    }

    @Override
    public boolean isCaughtUp() {
        return isCaughtUp;
    }

    private void run() {
        while (isOpen()) {
            try (KafkaConsumer<String, byte[]> opened =
                    new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException | InterruptException closed) {
                LOG.trace("the view of {} is closed", name);
            } catch (RuntimeException e) {
                complain(e); // a bug too: without this thread the view would stand still for good
                reader.polled(this);
            }
        }
    }

    private void follow(KafkaConsumer<String, byte[]> opened) {
        long partitionsSeenAt = assign(opened);
        ends.clear();
        ends.putAll(opened.endOffsets(opened.assignment()));
        while (isOpen()) {
            for (ConsumerRecord<String, byte[]> record : opened.poll(POLL)) {
                take(record);
            }
            opened.assignment().forEach(partition -> positions.put(partition, opened.position(partition)));
            isComplaining = false;
            if (!isCaughtUp && ends.keySet().stream().allMatch(this::isCaughtUp)) {
                isCaughtUp = true;
                LOG.info("the view of {} is complete", name);
            }
            reader.polled(this);
            holdBack(opened);
            if (System.nanoTime() - partitionsSeenAt > NEW_PARTITIONS_EVERY.toNanos()) {
                partitionsSeenAt = assign(opened);
            }
        }
    }

    private void holdBack(KafkaConsumer<String, byte[]> opened) {
        Set<TopicPartition> heldBack = reader.heldBack();
        if (!heldBack.equals(opened.paused())) {
            opened.resume(opened.paused());
            opened.pause(heldBack);
        }
    }

    @Override
    public boolean isCaughtUp(TopicPartition partition) {
        return positions.getOrDefault(partition, 0L) >= ends.getOrDefault(partition, 0L);
    }

    private long assign(KafkaConsumer<String, byte[]> opened) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            List<PartitionInfo> found = opened.partitionsFor(topic);
            if (found.isEmpty()) {
                throw new KafkaException("there is no topic " + topic);
            }
            found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        if (opened.assignment().size() != partitions.size()) {
            opened.assign(partitions);
            opened.seekToBeginning(partitions);
            positions.forEach(opened::seek);
        }
        return System.nanoTime();
    }

    /** Takes one record, and waits for the schema registry where that is needed to read it. */
    private void take(ConsumerRecord<String, byte[]> record) {
        while (isOpen()) {
            try {
                reader.take(record);
                return;
            } catch (RegistryUnavailableException e) {
                complain(e);
                reader.polled(this);
            }
        }
    }

    /** Says once what is wrong, until it has gone well again, and waits. */
    private void complain(RuntimeException problem) {
        if (!isComplaining && !(problem instanceof KafkaException)) {
            LOG.error("the view of {} can't go on for a bug, and keeps trying", name, problem);
        } else if (!isComplaining) {
            LOG.warn("the view of {} can't go on, and keeps trying: {}", name, problem.getMessage());
        }
        if (!isComplaining) {
            isComplaining = true;
        }
        try {
            closing.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }

    private boolean isOpen() {
        return closing.getCount() > 0;
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<String, byte[]> opened = consumer;
        if (opened != null) {
            opened.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
