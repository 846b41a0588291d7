package io.headrace.gateway.command;

import io.headrace.catalogue.Catalogue;
import io.headrace.config.KafkaConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
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
 * Shares among all gateways who brings commands to their end: the partitions of {@code device.commands}, by a consumer
 * group that reads nothing. So a command expires by one gateway's word; where two have it for a moment, as one takes over
 * from another, it does by two, of which the first counts. On a thread of its own, which does the expiring, too.
 */
final class Ownership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Map<String, Object> settings;
    private final String topic;
    private final CommandBook book;
    private final Thread thread =
            Thread.ofPlatform().name("command-ends").daemon().unstarted(this::run);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private boolean isComplaining;

    private Ownership(KafkaConfig kafka, CommandBook book) {
        Catalogue catalogue = kafka.catalogue();
        this.topic = catalogue.commands().name();
        this.book = book;
        this.settings = kafka.clientSettings();
        settings.put("client.id", "headrace-gateway-command-ends");
        settings.put("group.id", kafka.topicPrefix() + "headrace-gateway-commands");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "latest");
        settings.put("session.timeout.ms", 10_000);
        settings.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
    }

    static Ownership start(KafkaConfig kafka, CommandBook book) {
        Ownership ownership = new Ownership(kafka, book);
        ownership.thread.start();
        return ownership;
    }

    private void run() {
        while (isOpen()) {
            try (KafkaConsumer<String, byte[]> opened =
                    new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                opened.subscribe(List.of(topic), new Shares(opened));
                while (isOpen()) {
                    opened.poll(LOOK_EVERY);
                    isComplaining = false;
                    book.expire();
                }
            } catch (WakeupException | InterruptException closed) {
                LOG.trace("the share of {} is given up", topic);
            } catch (RuntimeException e) {
                complain(e); // a bug too: without this thread no command would expire any more
            }
        }
    }

    private void complain(RuntimeException problem) {
        if (!isComplaining && !(problem instanceof KafkaException)) {
            LOG.error("commands don't expire for a bug, and it is tried again", problem);
        } else if (!isComplaining) {
            LOG.warn("commands of this gateway's share don't expire for now: {}", problem.getMessage());
        }
        isComplaining = true;
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

    /** Tells the book what is this gateway's, and has none of it read. */
    private final class Shares implements ConsumerRebalanceListener {
        private final KafkaConsumer<String, byte[]> opened;

        private Shares(KafkaConsumer<String, byte[]> opened) {
            this.opened = opened;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> added) {
            opened.pause(opened.assignment());
            book.owns(numbers(opened.assignment()));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> lost) {
            Set<Integer> left = numbers(opened.assignment());
            left.removeAll(numbers(lost));
            book.owns(left);
        }

        private Set<Integer> numbers(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        }
    }
}
