package io.headrace.control.live;

import io.headrace.catalogue.Topic;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.control.live.LedgerTally.Stretch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks once a second how far {@code telemetry.raw} has come, and holds that against the ledger. Owns a thread. */
final class RawPulse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RawPulse.class);
    private static final long PERIOD_MS = 1_000;

    private final Topic<byte[]> raw;
    private final Duration grace;
    private final LedgerTally ledger;
    private final Beat beat;
    private final Offsets offsets;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile Messages messages = Messages.NONE;
    private volatile boolean current;

    /** Told once a second. */
    @FunctionalInterface
    interface Beat {
        /**
         * @param accepted sum of the ends of all partitions
         * @param nanos when that was so, of {@link System#nanoTime}
         */
        void at(long accepted, long nanos);
    }

    static RawPulse start(KafkaClients clients, Duration grace, LedgerTally ledger, Beat beat) {
        RawPulse pulse = new RawPulse(clients, grace, ledger, beat);
        pulse.thread.start();
        return pulse;
    }

    private RawPulse(KafkaClients clients, Duration grace, LedgerTally ledger, Beat beat) {
        this.raw = clients.config().catalogue().raw();
        this.grace = grace;
        this.ledger = ledger;
        this.beat = beat;
        this.offsets = new Offsets(clients);
        this.thread = Thread.ofPlatform().daemon().name("raw-pulse").unstarted(this::run);
    }

    /** As of the last second. */
    Messages messages() {
        return messages;
    }

    /** Whether it has asked with success the last time. */
    boolean isCurrent() {
        return current && thread.isAlive();
    }

    private void run() {
        long next = System.nanoTime();
        try (offsets) {
            while (!stop.await(Math.max(0, next - System.nanoTime()) / 1_000_000, TimeUnit.MILLISECONDS)) {
                next = Math.max(next + PERIOD_MS * 1_000_000, System.nanoTime());
                try {
                    ask();
                    current = true;
                } catch (UnavailableException e) {
                    current = false;
                    if (stop.getCount() > 0) { // else it was interrupted to close
                        LOG.warn("Kafka doesn't say how far {} has come: {}", raw.name(), e.getMessage());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.error("the pulse has stopped", bug);
        }
    }

    private void ask() {
        List<TopicPartition> partitions = offsets.partitions(raw.name());
        Map<TopicPartition, Long> young = offsets.from(partitions, System.currentTimeMillis() - grace.toMillis());
        Map<TopicPartition, Long> begins = offsets.begins(partitions);
        Map<TopicPartition, Long> ends = offsets.ends(partitions);
        long nanos = System.nanoTime();
        long accepted = 0;
        Messages sum = Messages.NONE;
        for (TopicPartition partition : partitions) {
            long end = ends.getOrDefault(partition, 0L);
            long settled = young.getOrDefault(partition, -1L);
            Stretch stretch = new Stretch(begins.getOrDefault(partition, 0L), settled < 0 ? end : settled, end);
            sum = sum.plus(ledger.of(partition.partition(), stretch));
            accepted += end;
        }
        messages = sum;
        beat.at(accepted, nanos);
    }

    @Override
    public void close() {
        stop.countDown();
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
