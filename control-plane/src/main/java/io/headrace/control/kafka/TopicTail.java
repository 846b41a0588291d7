package io.headrace.control.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows topics from a point in their past, on a thread of its own, in no group. Topics that appear later join within
 * {@link #DISCOVERY}. While Kafka or the registry is away it waits; a handler that fails otherwise ends it, and {@link
 * #isCurrent} says so.
 */
public final class TopicTail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicTail.class);
    private static final Duration DISCOVERY = Duration.ofSeconds(10);
    private static final Duration EAGER_DISCOVERY = Duration.ofMillis(250);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long RETRY_MS = 1_000;

    private final Follow follow;
    private final Consumer<String, byte[]> consumer;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    /** Offsets to reach before what was there at the start is known. Only the tail's own thread touches it. */
    private final Map<TopicPartition, Long> awaited = new HashMap<>();

    private long discoverAt = System.nanoTime();
    private volatile boolean current;

    /** Takes one record; called on the tail's thread, each partition in order. */
    @FunctionalInterface
    public interface Handler {
        /** @throws RetriableException to be called again with the same record a second later */
        void take(ConsumerRecord<String, byte[]> row);
    }

    /**
     * What to follow.
     *
     * @param name of the thread
     * @param topics full names
     * @param backlog how many offsets of each partition's past to read first
     */
    public record Follow(String name, Predicate<String> topics, long backlog, Handler handler) {
        /** All of one topic, from its beginning. */
        public static Follow all(String topic, Handler handler) {
            return new Follow("tail-" + topic, topic::equals, Long.MAX_VALUE, handler);
        }
    }

    /** Starts following; returns at once. */
    public static TopicTail start(Follow follow, KafkaClients clients) {
        TopicTail tail = new TopicTail(follow, clients.consumer());
        tail.thread.start();
        return tail;
    }

    private TopicTail(Follow follow, Consumer<String, byte[]> consumer) {
        this.follow = follow;
        this.consumer = consumer;
        this.thread = Thread.ofPlatform().daemon().name(follow.name()).unstarted(this::run);
    }

    /** Whether everything that was there at the start has been handed over, and the following goes on. */
    public boolean isCurrent() {
        return current && thread.isAlive();
    }

    /** Waits until a record has been handed over; false where that didn't happen in time. */
    public boolean awaitPast(TopicPartition partition, long offset, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (positions.getOrDefault(partition, 0L) <= offset) {
                if (left <= 0 || !thread.isAlive()) {
                    return false;
                }
                left = moved.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try (consumer) {
            while (!isStopping()) {
                try {
                    step();
                } catch (WakeupException stopping) {
                    return;
                } catch (KafkaException e) {
                    LOG.warn("{} waits for Kafka: {}", follow.name(), e.getMessage());
                    pause();
                }
            }
        } catch (RuntimeException bug) {
            LOG.error("{} has stopped", follow.name(), bug);
        }
    }

    private void step() {
        discover();
        if (consumer.assignment().isEmpty()) {
            pauseFor(EAGER_DISCOVERY.toMillis());
            return;
        }
        ConsumerRecords<String, byte[]> batch = consumer.poll(POLL);
        for (ConsumerRecord<String, byte[]> row : batch) {
            handle(row);
        }
        publishPositions();
    }

    private void discover() {
        if (System.nanoTime() - discoverAt < 0) {
            return;
        }
        Set<TopicPartition> wanted = new HashSet<>();
        consumer.listTopics().forEach((topic, partitions) -> {
            if (follow.topics().test(topic)) {
                partitions.forEach(partition -> wanted.add(new TopicPartition(topic, partition.partition())));
            }
        });
        Set<TopicPartition> fresh = new HashSet<>(wanted);
        fresh.removeAll(consumer.assignment());
        if (!fresh.isEmpty()) {
            wanted.addAll(consumer.assignment());
            consumer.assign(wanted);
            seekToBacklog(List.copyOf(fresh));
        }
        Duration next = wanted.isEmpty() ? EAGER_DISCOVERY : DISCOVERY;
        discoverAt = System.nanoTime() + next.toNanos();
    }

    private void seekToBacklog(List<TopicPartition> fresh) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(fresh);
        Map<TopicPartition, Long> ends = consumer.endOffsets(fresh);
        for (TopicPartition partition : fresh) {
            long begin = begins.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, begin);
            consumer.seek(partition, end - Math.min(follow.backlog(), end - begin));
            if (!current) {
                awaited.put(partition, end);
            }
        }
    }

    private void handle(ConsumerRecord<String, byte[]> row) {
        while (!isStopping()) {
            try {
                follow.handler().take(row);
                return;
            } catch (RetriableException e) {
                LOG.warn("{} waits: {}", follow.name(), e.getMessage());
                pause();
            }
        }
    }

    private void publishPositions() {
        lock.lock();
        try {
            consumer.assignment().forEach(partition -> positions.put(partition, consumer.position(partition)));
            awaited.entrySet().removeIf(entry -> positions.getOrDefault(entry.getKey(), 0L) >= entry.getValue());
            current = current || awaited.isEmpty();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopping() {
        return stop.getCount() == 0;
    }

    private void pause() {
        pauseFor(RETRY_MS);
    }

    private void pauseFor(long millis) {
        try {
            if (stop.await(millis, TimeUnit.MILLISECONDS)) {
                LOG.debug("{} stops", follow.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop.countDown();
        }
    }

    /** Stops following and waits for a handler in progress, at most 5 s. */
    @Override
    public void close() {
        stop.countDown();
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
