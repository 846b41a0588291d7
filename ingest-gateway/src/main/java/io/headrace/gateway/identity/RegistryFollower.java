package io.headrace.gateway.identity;

import io.headrace.config.KafkaConfig;
import io.headrace.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code device.registry} on a thread of its own, all partitions, in no group, committed records only: every
 * gateway needs all of it. Kafka away, a topic not there yet, a refused login: it tries again until it is closed, from
 * where it was.
 */
final class RegistryFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryFollower.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration NEW_PARTITIONS_EVERY = Duration.ofSeconds(30);

    private final Map<String, Object> settings;
    private final String topic;
    private final RegistryReader reader;
    private final Runnable eachPoll;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private volatile boolean isCaughtUp;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private boolean isComplaining;

    /** @param eachPoll run several times a second on the reading thread */
    RegistryFollower(KafkaConfig kafka, RegistryReader reader, Runnable eachPoll) {
        this.settings = kafka.clientSettings();
        settings.put("client.id", "headrace-gateway-registry");
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("default.api.timeout.ms", 3_000);
        this.topic = kafka.catalogue().registry().name();
        this.reader = reader;
        this.eachPoll = eachPoll;
        this.thread = Thread.ofPlatform().name("registry-view").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    boolean isCaughtUp() {
        return isCaughtUp;
    }

    private void run() {
        while (isOpen()) {
            try (KafkaConsumer<String, byte[]> opened =
                    new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException | InterruptException closed) {
                LOG.trace("the view of {} is closed", topic);
            } catch (RuntimeException e) {
                complain(e); // a bug too: without this thread no device could be disabled any more
                eachPoll.run();
            }
        }
    }

    private void follow(KafkaConsumer<String, byte[]> opened) {
        long partitionsSeenAt = assign(opened);
        Map<TopicPartition, Long> ends = opened.endOffsets(opened.assignment());
        while (isOpen()) {
            for (ConsumerRecord<String, byte[]> record : opened.poll(POLL)) {
                take(record);
            }
            opened.assignment().forEach(partition -> positions.put(partition, opened.position(partition)));
            isComplaining = false;
            if (!isCaughtUp && ends.entrySet().stream().allMatch(end -> position(end.getKey()) >= end.getValue())) {
                isCaughtUp = true;
                LOG.info("the view of {} is complete", topic);
            }
            eachPoll.run();
            if (System.nanoTime() - partitionsSeenAt > NEW_PARTITIONS_EVERY.toNanos()) {
                partitionsSeenAt = assign(opened);
            }
        }
    }

    private long position(TopicPartition partition) {
        return positions.getOrDefault(partition, 0L);
    }

    private long assign(KafkaConsumer<String, byte[]> opened) {
        List<TopicPartition> partitions = new ArrayList<>();
        opened.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        if (partitions.isEmpty()) {
            throw new KafkaException("there is no topic " + topic);
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
                eachPoll.run();
            }
        }
    }

    /** Says once what is wrong, until it has gone well again, and waits. */
    private void complain(RuntimeException problem) {
        if (!isComplaining && !(problem instanceof KafkaException)) {
            LOG.error("the view of {} can't go on for a bug, and keeps trying", topic, problem);
        } else if (!isComplaining) {
            LOG.warn("the view of {} can't go on, and keeps trying: {}", topic, problem.getMessage());
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
