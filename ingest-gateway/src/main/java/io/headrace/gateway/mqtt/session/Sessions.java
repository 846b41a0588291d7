package io.headrace.gateway.mqtt.session;

import io.headrace.catalogue.DeviceId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which device's session, and the sessions that wait for their device to come back. One connection per device:
 * a new claim ends the older one's [MQTT-3.1.4-3; 3.1.1: MQTT-3.1.4-2] and is granted when that has let go. Safe for use
 * by several threads; locked briefly, and only as connections come and go.
 */
public final class Sessions {
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
        private long expiresAt;
    }

    /**
     * Claims the session of an authenticated device, and takes it from whoever holds it.
     *
     * @param cleanStart forget what was there
     * @param now epoch milliseconds
     * @return the claim once it is granted, possibly on another thread; it must be released or abandoned
     */
    public CompletionStage<Claim> claim(DeviceId device, Holder holder, boolean cleanStart, long now) {
        Claim claim = new Claim(device, holder, cleanStart);
        Claim previous = enqueue(claim);
        if (previous == null) {
            grant(claim, now);
        } else {
            previous.holder.takenOver(); // grants this one when it lets go
        }
        return claim.granted;
    }

    private synchronized @Nullable Claim enqueue(Claim claim) {
        Slot slot = slots.computeIfAbsent(claim.device, id -> new Slot());
        idle.remove(claim.device);
        Claim previous = slot.newest;
        if (previous != null) {
            previous.next = claim;
        }
        slot.newest = claim;
        return previous;
    }

    private void grant(Claim claim, long now) {
        synchronized (this) {
            Slot slot = slots.get(claim.device);
            if (slot != null && slot.state != null && !claim.cleanStart && now < slot.expiresAt) {
                claim.state = slot.state;
                claim.present = true;
            }
        }
        claim.granted.complete(claim);
    }

    /**
     * Lets go of a session that was used.
     *
     * @param keepFor how long it waits for its device; zero ends it
     * @param now epoch milliseconds
     */
    public void release(Claim claim, Duration keepFor, long now) {
        Claim next;
        synchronized (this) {
            Slot slot = slots.get(claim.device);
            if (slot != null) {
                slot.state = keepFor.isZero() ? null : claim.state;
                slot.expiresAt = now + keepFor.toMillis();
                letGo(claim, slot, now);
            }
            next = claim.next;
        }
        if (next != null) {
            grant(next, now);
        }
    }

    /** Lets go of a session that was never used, because the connection ended before it could be. */
    public void abandon(Claim claim, long now) {
        Claim next;
        synchronized (this) {
            Slot slot = slots.get(claim.device);
            if (slot != null) {
                letGo(claim, slot, now);
            }
            next = claim.next;
        }
        if (next != null) {
            grant(next, now);
        }
    }

    private void letGo(Claim claim, Slot slot, long now) {
        if (slot.newest != claim) {
            return; // somebody waits for it
        }
        slot.newest = null;
        if (slot.state == null) {
            slots.remove(claim.device);
        } else {
            idle.put(claim.device, slot);
            forgetOldest(now);
        }
    }

    private void forgetOldest(long now) {
        Iterator<Map.Entry<DeviceId, Slot>> oldest = idle.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<DeviceId, Slot> entry = oldest.next();
            if (idle.size() <= maxIdle && now < entry.getValue().expiresAt) {
                return;
            }
            oldest.remove();
            slots.remove(entry.getKey());
        }
    }

    /** Sessions that wait for their device. */
    public synchronized int idle() {
        return idle.size();
    }
}
