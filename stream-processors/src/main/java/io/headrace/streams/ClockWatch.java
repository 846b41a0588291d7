package io.headrace.streams;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Notices that the machine's clock was set back. Kafka Streams and its clients plan by the wall clock: commits, silence of
 * devices and heartbeats that are due at 12:00:01 would wait an hour after a clock that is set back by one.
 */
final class ClockWatch implements AutoCloseable {
    /** Less than that is made up for by waiting. */
    private static final long NOTABLE_MS = 5_000;

    private static final Duration EVERY = Duration.ofSeconds(1);

    private final LongSupplier wallMs;
    private final LongSupplier steadyNs;
    private final LongConsumer onSetBack;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("clock-watch").factory());
    private long difference;

    /**
     * @param steadyNs a clock that nobody sets, of any origin
     * @param onSetBack is told by how many milliseconds
     */
    ClockWatch(LongSupplier wallMs, LongSupplier steadyNs, LongConsumer onSetBack) {
        this.wallMs = wallMs;
        this.steadyNs = steadyNs;
        this.onSetBack = onSetBack;
        this.difference = difference();
    }

    void start() {
        watch.scheduleWithFixedDelay(this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    void look() {
        long now = difference();
        long setBack = difference - now;
        if (setBack > NOTABLE_MS) {
            difference = now;
            onSetBack.accept(setBack);
        } else if (setBack < 0) {
            difference = now;
        }
    }

    private long difference() {
        return wallMs.getAsLong() - TimeUnit.NANOSECONDS.toMillis(steadyNs.getAsLong());
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
