package io.headrace.streams.rules.silence;

import io.headrace.streams.rules.silence.Gateways.Presence;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which devices are to be looked at when, so that silence is noticed without a look at every device. In memory only:
 * filled from what is stored when a task starts. An alarm is never too late but often too early, since a device that
 * goes on sending puts its own off and that isn't told: whoever is woken looks again, and sets the next one.
 *
 * <p>Silence is measured only while somebody listens: from the start of the task on, from the last time on that it worked
 * off what had waited or stood still, as it does while it can't commit, and since the clock was last set. Until then it
 * wasn't the device that was silent. And it is measured only while the gateway of the device was there, up to the last that
 * was heard of it.
 */
public final class Silences {
    /** What was received longer ago than this has waited: the one who listens is behind. */
    private static final long BEHIND_MS = 10_000;

    /** Who isn't called for that long stood still: it is called every second. */
    private static final long STOOD_STILL_MS = 10_000;

    /** A wall clock goes back by this much every now and then without anybody having set it. */
    private static final long JITTER_MS = 1_000;

    private final Set<String> set = new HashSet<>();
    private final PriorityQueue<Alarm> queue = new PriorityQueue<>();
    private long since;
    private long now;

    private record Alarm(long time, String device) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : device.compareTo(other.device);
        }
    }

    /** Nobody listened before. */
    public void listenFrom(long at) {
        since = at;
        now = at;
        watchNobody();
    }

    /** Forgets whom to wake, and not how long it has listened. */
    public void watchNobody() {
        set.clear();
        queue.clear();
    }

    /** @return false where the clock was set back, so that all is to begin anew */
    public boolean note(long at) {
        if (at < now - JITTER_MS) {
            return false;
        }
        if (at > now + STOOD_STILL_MS) {
            since = at;
        }
        now = Math.max(now, at);
        return true;
    }

    /** @param receivedAt of a reading that is processed now */
    public void heard(long receivedAt) {
        if (now - receivedAt > BEHIND_MS) {
            since = now;
        }
    }

    /** For how long nothing has come of a device, in milliseconds. */
    public long lasting(long receivedAt) {
        return now - from(receivedAt);
    }

    /** How much of that the device itself was silent, as far as is known of its gateway; empty for one unknown. */
    public long lasting(long receivedAt, Optional<Presence> gateway) {
        if (gateway.isEmpty()) {
            return lasting(receivedAt);
        }
        long until = Math.min(now, gateway.get().heardAt());
        return Math.max(0, until - Math.max(from(receivedAt), gateway.get().since()));
    }

    private long from(long receivedAt) {
        return Math.max(Math.min(receivedAt, now), since);
    }

    /** Epoch milliseconds. */
    public long now() {
        return now;
    }

    /** Wakes the device at that time or earlier. */
    public void watch(String device, long time) {
        if (set.add(device)) {
            queue.add(new Alarm(time, device));
        }
    }

    /** Wakes the device after that time or earlier. */
    public void watchIn(String device, long ms) {
        watch(device, now + ms);
    }

    /** Takes the next device whose time has come; null where there is none. */
    public @Nullable String poll() {
        if (queue.isEmpty() || queue.peek().time > now) {
            return null;
        }
        Alarm alarm = queue.remove();
        set.remove(alarm.device);
        return alarm.device;
    }
}
