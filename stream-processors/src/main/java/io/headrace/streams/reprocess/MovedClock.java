package io.headrace.streams.reprocess;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/**
 * The wall clock of a run: goes as fast as any, from another time on, and can be moved ahead. It begins before the
 * history, so that no message expires that hadn't expired when it was received; at the end it is moved ahead, so that what
 * closes by silence closes. Safe for use by several threads.
 */
final class MovedClock implements Time {
    private final AtomicLong byMs;

    MovedClock(Instant start) {
        byMs = new AtomicLong(start.toEpochMilli() - SYSTEM.milliseconds());
    }

    void moveAhead(Duration time) {
        byMs.addAndGet(time.toMillis());
    }

    @Override
    public long milliseconds() {
        return SYSTEM.milliseconds() + byMs.get();
    }

    @Override
    public long nanoseconds() {
        return SYSTEM.nanoseconds();
    }

    @Override
    public void sleep(long ms) {
        SYSTEM.sleep(ms);
    }

    /** @param deadlineMs by this clock */
    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) throws InterruptedException {
        SYSTEM.waitObject(object, condition, deadlineMs - byMs.get());
    }
}
