package io.headrace.gateway.ingest;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes in flight against a limit. Full at the limit, with room again below half of it, so that sockets
 * aren't switched on and off with each message. What was read before the sockets stopped is still taken, up to a
 * quarter above the limit. Safe for use by several threads, without a lock.
 */
final class InFlightBudget {
    private final long full;
    private final long hard;
    private final long low;
    private final AtomicLong used = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean isFull;
    private volatile boolean isShut;

    InFlightBudget(long bytes) {
        this.full = bytes;
        this.hard = bytes + bytes / 4;
        this.low = bytes / 2;
    }

    /** Takes bytes, unless that would pass the hard limit. */
    boolean take(long bytes) {
        long now = used.addAndGet(bytes);
        if (now > hard) {
            give(bytes);
            return false;
        }
        if (now >= full) {
            isFull = true;
            // All may have been given back between the two lines above, and then nobody else would look again.
            reopenIfLow(used.get());
        }
        return true;
    }

    /** Gives taken bytes back. */
    void give(long bytes) {
        reopenIfLow(used.addAndGet(-bytes));
    }

    private void reopenIfLow(long now) {
        if (isFull && now <= low) {
            isFull = false;
            wakeUp();
        }
    }

    /** Says that there is no room whatever the count, because Kafka can't be reached at all; or that there may be. */
    void shut(boolean value) {
        isShut = value;
        wakeUp();
    }

    boolean hasRoom() {
        return !isFull && !isShut;
    }

    void whenRoom(Runnable resume) {
        waiting.add(resume);
        wakeUp();
    }

    private void wakeUp() {
        while (hasRoom()) {
            Runnable resume = waiting.poll();
            if (resume == null) {
                return;
            }
            resume.run();
        }
    }

    long used() {
        return used.get();
    }
}
