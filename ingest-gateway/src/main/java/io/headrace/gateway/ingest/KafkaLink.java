package io.headrace.gateway.ingest;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the producer and knows whether it can be used: only while it has the topic's metadata, because without them
 * its first act is to wait for them, on our event loop. While it can't, one thread asks for them, and makes a new
 * producer where the old one is beyond use. So the gateway recovers by itself.
 */
final class KafkaLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLink.class);
    private static final Duration PROBE_EVERY = Duration.ofMillis(100);
    /** A producer may be refused for good, by an access list for instance: making them must not become a storm. */
    private static final Duration REPLACE_AT_MOST_EVERY = Duration.ofSeconds(1);

    private static final Duration LOOK_AT_CLOCK_EVERY = Duration.ofSeconds(1);
    /** Less than that is made up for by waiting. */
    private static final long NOTABLE_MILLIS = 5_000;

    private final Supplier<Producer<String, byte[]>> connect;
    private final String topic;
    private final InFlightBudget budget;
    private final LongSupplier clockAhead;
    private final ScheduledExecutorService prober = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("ingest-link").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
    private volatile Producer<String, byte[]> producer;
    private volatile boolean isUp;
    private volatile boolean isBroken;
    private volatile boolean isClosed;
    /** As it was last; for the prober. */
    private long ahead;
    /** Of {@code nanoTime}; for the prober. */
    private long lastReplaced = System.nanoTime() - REPLACE_AT_MOST_EVERY.toNanos();

    KafkaLink(Supplier<Producer<String, byte[]>> connect, String topic, InFlightBudget budget) {
        this(connect, topic, budget, KafkaLink::clockAhead);
    }

    /** @param clockAhead by how much the wall clock is ahead of one that nobody sets, milliseconds from any origin */
    KafkaLink(
            Supplier<Producer<String, byte[]>> connect, String topic, InFlightBudget budget, LongSupplier clockAhead) {
        this.connect = connect;
        this.topic = topic;
        this.budget = budget;
        this.clockAhead = clockAhead;
        this.ahead = clockAhead.getAsLong();
        this.producer = connect.get();
        budget.shut(true);
        probe();
        long every = LOOK_AT_CLOCK_EVERY.toMillis();
        prober.scheduleWithFixedDelay(this::lookAtClock, every, every, TimeUnit.MILLISECONDS);
    }

    private static long clockAhead() {
        return System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    Producer<String, byte[]> producer() {
        return producer;
    }

    boolean isUp() {
        return isUp;
    }

    /** Whether the producer has a connection to Kafka now; also where it doesn't say. */
    boolean isConnected() {
        for (Metric each : producer.metrics().values()) {
            MetricName name = each.metricName();
            if (name.name().equals("connection-count") && name.group().equals("producer-metrics")) {
                return !(each.metricValue() instanceof Double count) || count > 0;
            }
        }
        return true;
    }

    /** The producer lost the topic's metadata. */
    void lost(String why) {
        if (isUp && !isClosed) {
            LOG.warn("Kafka can't be reached, nothing is read from devices until it can: {}", why);
            down();
        }
    }

    /**
     * A producer is beyond use.
     *
     * @param which ignored where it has been replaced already
     */
    void broken(Producer<String, byte[]> which, String why) {
        if (which.equals(producer) && !isBroken && !isClosed) {
            LOG.warn("Kafka's producer is replaced: {}", why);
            isBroken = true;
            down();
        }
    }

    /**
     * Kafka's producer plans by the wall clock: a batch that waits for more until 12:00:01 waits an hour where the clock is
     * set back by one, and whatever comes for its partition with it.
     */
    private void lookAtClock() {
        long now = clockAhead.getAsLong();
        long setBack = ahead - now;
        if (setBack > NOTABLE_MILLIS) {
            broken(producer, "the clock was set back by " + setBack + " ms");
        }
        if (setBack > NOTABLE_MILLIS || setBack < 0) {
            ahead = now;
        }
    }

    private void down() {
        isUp = false;
        budget.shut(true);
        probeSoon();
    }

    private void probeSoon() {
        if (!isClosed) {
            prober.schedule(this::probe, PROBE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void probe() {
        if (isUp || isClosed) {
            return;
        }
        try {
            if (isBroken && !replace()) {
                probeSoon();
                return;
            }
            // Answers at once, from what it knows; where it knows nothing it asks Kafka for the next time and throws.
            producer.partitionsFor(topic);
        } catch (KafkaException notYet) {
            LOG.trace("no metadata of {} yet", topic, notYet);
            probeSoon();
            return;
        } catch (RuntimeException bug) {
            LOG.error("the way to Kafka is looked for again after a bug", bug);
            probeSoon();
            return;
        }
        LOG.info("Kafka is reached, topic {}", topic);
        isUp = true;
        budget.shut(false);
        if (isBroken || !isUp) {
            down(); // it was told so meanwhile, and nobody would tell it again
        }
    }

    /** Whether a new producer is there; not where the last one isn't old enough. */
    private boolean replace() {
        long now = System.nanoTime();
        if (now - lastReplaced < REPLACE_AT_MOST_EVERY.toNanos()) {
            return false;
        }
        lastReplaced = now;
        producer.close(Duration.ZERO);
        producer = connect.get();
        isBroken = false;
        return true;
    }

    /** Waits for what is in flight. */
    void close(Duration limit) {
        isClosed = true;
        isUp = false;
        prober.shutdownNow();
        producer.close(limit);
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }
}
