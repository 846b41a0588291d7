package io.headrace.gateway.mqtt.session;

import io.headrace.catalogue.DeviceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which device's session, and the sessions that wait for their device to come back. One connection per device:
 * a new claim ends the older one's [MQTT-3.1.4-3; 3.1.1: MQTT-3.1.4-2] and is granted when that has let go. Safe for use
 * by several threads; locked briefly, and only as connections come and go.
 */
public final class Sessions {
    /** Two clients that share a device's id end each other's connections for ever: so often at once, ... */
    private static final int TAKEOVERS = 10;
    /** ... and then once in this time. */
    private static final long TAKEOVER_MILLIS = 6_000;

    private final int maxIdle;
    private final Map<DeviceId, Slot> slots = new HashMap<>();
    /** Those that no connection holds, longest idle first. */
    private final LinkedHashMap<DeviceId, Slot> idle = new LinkedHashMap<>();

    /** @param maxIdle sessions that are kept without a connection; beyond it the longest idle is forgotten */
    public Sessions(int maxIdle) {
        this.maxIdle = maxIdle;
    }

    /** A connection that holds a session. */
    public interface Holder {
        /** Another connection of the device wants the session: end, and release it. On any thread. */
        void takenOver();
    }

    /** A will that waits for its delay to be over. The first that happens counts. On any thread. */
    public interface WaitingWill {
        /** Its session is over: publish it. */
        void sessionEnded();

        /** Its device is back: forget it [MQTT-3.1.3-9]. */
        void sessionResumed();
    }

    /** One connection's hold on its device's session. */
    public static final class Claim {
        private final DeviceId device;
        private final Holder holder;
        private final boolean cleanStart;
        private final CompletableFuture<Claim> granted = new CompletableFuture<>();
        private @Nullable Claim next;
        private SessionState state = new SessionState();
        private boolean present;

        private Claim(DeviceId device, Holder holder, boolean cleanStart) {
            this.device = device;
            this.holder = holder;
            this.cleanStart = cleanStart;
        }

        /** Whose session it is. */
        public DeviceId device() {
            return device;
        }

        SessionState state() {
            return state;
        }

        /** Whether the device finds an earlier session. */
        boolean isPresent() {
            return present;
        }
    }

    private static final class Slot {
        private @Nullable Claim newest;
        private @Nullable SessionState state;
        private @Nullable WaitingWill will;
        private long expiresAt;
        /** When a next takeover would come in time, if they came evenly. */
        private long nextTakeover;

        private boolean mayBeTakenOver(long now) {
            long earliest = Math.max(nextTakeover, now);
            if (earliest - now > (TAKEOVERS - 1) * TAKEOVER_MILLIS) {
                return false;
            }
            nextTakeover = earliest + TAKEOVER_MILLIS;
            return true;
        }
    }

    /**
     * Claims the session of an authenticated device, and takes it from whoever holds it.
     *
     * @param cleanStart forget what was there
     * @param now epoch milliseconds
     * @return the claim once it is granted, possibly on another thread; it must be released or abandoned. Empty where
     *     the device's connections take over from each other too often
     */
    public Optional<CompletionStage<Claim>> claim(DeviceId device, Holder holder, boolean cleanStart, long now) {
        Claim claim = new Claim(device, holder, cleanStart);
        Claim previous;
        synchronized (this) {
            Slot slot = slots.computeIfAbsent(device, id -> new Slot());
            previous = slot.newest;
            if (previous != null && !slot.mayBeTakenOver(now)) {
                return Optional.empty();
            }
            idle.remove(device);
            if (previous != null) {
                previous.next = claim;
            }
            slot.newest = claim;
        }
        if (previous == null) {
            grant(claim, now);
        } else {
            previous.holder.takenOver(); // grants this one when it lets go
        }
        return Optional.of(claim.granted);
    }

    private void grant(Claim claim, long now) {
        WaitingWill will = null;
        synchronized (this) {
            Slot slot = slots.get(claim.device);
            if (slot != null) {
                will = slot.will;
                slot.will = null;
                if (slot.state != null && !claim.cleanStart && now < slot.expiresAt) {
                    claim.state = slot.state;
                    claim.present = true;
                }
            }
        }
        if (will != null && claim.present) {
            will.sessionResumed();
        } else if (will != null) {
            will.sessionEnded();
        }
        claim.granted.complete(claim);
    }

    /**
     * Lets go of a session that was used.
     *
     * @param keepFor how long it waits for its device; zero ends it
     * @param will that waits with it; null for none
     * @param now epoch milliseconds
     */
    public void release(Claim claim, Duration keepFor, @Nullable WaitingWill will, long now) {
        Claim next;
        List<WaitingWill> ended;
        synchronized (this) {
            Slot slot = Objects.requireNonNull(slots.get(claim.device), "a claim is in its device's slot");
            slot.state = keepFor.isZero() ? null : claim.state;
            slot.will = will;
            slot.expiresAt = now + keepFor.toMillis();
            ended = letGo(claim, slot, now);
            next = claim.next;
        }
        ended.forEach(WaitingWill::sessionEnded);
        if (next != null) {
            grant(next, now);
        }
    }

    /** Lets go of a session that was never used, because the connection ended before it could be. */
    public void abandon(Claim claim, long now) {
        Claim next;
        List<WaitingWill> ended;
        synchronized (this) {
            ended = letGo(claim, Objects.requireNonNull(slots.get(claim.device)), now);
            next = claim.next;
        }
        ended.forEach(WaitingWill::sessionEnded);
        if (next != null) {
            grant(next, now);
        }
    }

    /** Returns the wills of sessions that end so. */
    private List<WaitingWill> letGo(Claim claim, Slot slot, long now) {
        if (slot.newest != claim) {
            return List.of(); // somebody waits for it
        }
        slot.newest = null;
        if (slot.state != null) {
            idle.put(claim.device, slot);
            return forgetOldest(now);
        }
        slots.remove(claim.device);
        return slot.will == null ? List.of() : List.of(slot.will);
    }

    private List<WaitingWill> forgetOldest(long now) {
        List<WaitingWill> ended = new ArrayList<>(1);
        Iterator<Map.Entry<DeviceId, Slot>> oldest = idle.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<DeviceId, Slot> entry = oldest.next();
            if (idle.size() <= maxIdle && now < entry.getValue().expiresAt) {
                return ended;
            }
            oldest.remove();
            slots.remove(entry.getKey());
            if (entry.getValue().will != null) {
                ended.add(entry.getValue().will);
            }
        }
        return ended;
    }

    /** Sessions that wait for their device. */
    public synchronized int idle() {
        return idle.size();
    }
}
