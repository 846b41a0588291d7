package io.headrace.standalone;

import io.headrace.sinks.cold.upkeep.Compacted;
import io.headrace.sinks.cold.upkeep.Upkeep;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the cold table at intervals, on a thread of its own. Any number of processes may do so: who comes second finds
 * little to do, and what two do at once one of them throws away.
 */
final class ColdUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ColdUpkeep.class);
    private static final long STOP_SECONDS = 20;

    private final Upkeep upkeep;
    private final MeterRegistry meters;
    private final ScheduledExecutorService thread;
    private volatile long lastDone = System.nanoTime();

    ColdUpkeep(Upkeep upkeep, Duration interval, MeterRegistry meters) {
        this.upkeep = upkeep;
        this.meters = meters;
        TimeGauge.builder("headrace.cold.upkeep.age", () -> System.nanoTime() - lastDone, TimeUnit.NANOSECONDS)
                .description("since the cold table was last kept, or since the start")
                .register(meters);
        thread = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().name("cold-upkeep").daemon().unstarted(task));
        // several processes that start together don't all begin at once
        long first = interval.toMillis() / 2 + ThreadLocalRandom.current().nextLong(interval.toMillis() / 2 + 1);
        thread.scheduleWithFixedDelay(this::round, first, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            Compacted compacted = upkeep.compact();
            count("compacted.files", compacted.filesBefore());
            count("compacted.bytes", compacted.bytes());
            count("upkeep.conflicts", compacted.conflicts());
            count("expired.snapshots", upkeep.expire());
            count("orphans.removed", upkeep.removeOrphans());
            lastDone = System.nanoTime();
        } catch (RuntimeException e) {
            if (thread.isShutdown()) {
                return; // interrupted by the end of the process
            }
            count("upkeep.failures", 1);
            LOG.warn("the cold table can't be kept now: {}", e.toString());
        }
    }

    private void count(String what, long howMany) {
        meters.counter("headrace.cold." + what).increment((double) howMany);
    }

    /** What is half done then is undone by the next: its files are orphans. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the cold table's upkeep doesn't stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
