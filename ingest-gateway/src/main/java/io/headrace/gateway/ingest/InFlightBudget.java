package io.headrace.gateway.ingest;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Counts the bytes in flight against a limit. Full at the limit, with room again below half of it, so that sockets
 * aren't switched on and off with each message. What was read before the sockets stopped is still taken, up to a
 * quarter above the limit. Safe for use by several threads, without a lock.
 *
 * <p>Event loops take and the producer's thread gives, so each has a count of its own, and who takes looks at the other
 * only when the limit may be near.
 */
final class InFlightBudget {
    private final long full;
    private final long hard;
    private final long low;
    private final CounterApart taken = new CounterApart();
    private final CounterApart given = new CounterApart();
    /** What was given when somebody looked: never more than what is. */
    private volatile long givenThen;

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
        long all = taken.add(bytes);
        return all - givenThen < full || takeNearLimit(all, bytes);
    }

    private boolean takeNearLimit(long all, long bytes) {
        long givenNow = given.get();
        givenThen = givenNow;
        long now = all - givenNow;
        if (now > hard) {
            give(bytes);
            return false;
        }
        if (now >= full) {
            isFull = true;
            // All may have been given back between the lines above, and then nobody else would look again.
            reopenIfLow();
        }
        return true;
    }

    /** Gives taken bytes back. */
    void give(long bytes) {
        given.add(bytes);
        reopenIfLow();
    }

    private void reopenIfLow() {
        if (isFull && used() <= low) {
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
        return taken.get() - given.get();
    }
}
