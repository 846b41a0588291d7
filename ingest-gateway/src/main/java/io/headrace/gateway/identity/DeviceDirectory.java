package io.headrace.gateway.identity;

import io.headrace.catalogue.DeviceId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All devices as the registry has them now, and the connections to end when that changes. Read by many threads. */
final class DeviceDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceDirectory.class);

    private final Map<String, KnownDevice> devices = new ConcurrentHashMap<>();
    private final Map<String, String> idsByThumbprint = new ConcurrentHashMap<>();
    private final Map<String, Set<Watched>> watches = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<Watched> expiring =
            new ConcurrentSkipListSet<>(Comparator.<Watched>comparingLong(watch -> watch.proof.expiresAt())
                    .thenComparingLong(watch -> watch.number));
    private final AtomicLong numbers = new AtomicLong();
    private final List<Consumer<DeviceId>> listeners = new CopyOnWriteArrayList<>();

    Optional<KnownDevice> find(String id) {
        return Optional.ofNullable(devices.get(id));
    }

    Optional<KnownDevice> findByThumbprint(String thumbprint) {
        return Optional.ofNullable(idsByThumbprint.get(thumbprint)).map(devices::get);
    }

    int size() {
        return devices.size();
    }

    void onChange(Consumer<DeviceId> listener) {
        listeners.add(listener);
    }

    /** Sets what is known of a device. On one thread at a time. */
    void put(KnownDevice device) {
        String id = device.id().value();
        KnownDevice before = devices.put(id, device);
        if (before != null) {
            forgetThumbprints(before);
        }
        device.thumbprints().forEach(thumbprint -> idsByThumbprint.put(thumbprint, id));
        review(id);
        listeners.forEach(listener -> listener.accept(device.id()));
    }

    /** As {@link #put}, unless the device is known. */
    void putIfUnknown(KnownDevice device) {
        devices.putIfAbsent(device.id().value(), device);
    }

    void remove(String id) {
        KnownDevice before = devices.remove(id);
        review(id);
        if (before != null) {
            forgetThumbprints(before);
            listeners.forEach(listener -> listener.accept(before.id()));
        }
    }

    private void forgetThumbprints(KnownDevice device) {
        device.thumbprints()
                .forEach(thumbprint ->
                        idsByThumbprint.remove(thumbprint, device.id().value()));
    }

    Identities.Watch watch(DeviceId device, Proof proof, Runnable onRevoked) {
        Watched watched = new Watched(device.value(), proof, onRevoked, numbers.incrementAndGet());
        if (proof.expiresAt() != Proof.NEVER) {
            expiring.add(watched);
        }
        watches.compute(device.value(), (_, others) -> {
            Set<Watched> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(watched);
            return all;
        });
        // The registry may have changed since the verdict.
        watched.review();
        return watched;
    }

    private void review(String id) {
        Set<Watched> watched = watches.get(id);
        if (watched != null) {
            watched.forEach(Watched::review);
        }
    }

    /** Ends the connections whose token or certificate has expired. */
    void expire(long epochSeconds) {
        // Taken out by their end alone: one that is closed meanwhile must not be put back.
        for (Watched next : expiring) {
            if (next.proof.expiresAt() >= epochSeconds) {
                return;
            }
            next.revoke();
        }
    }

    /** How many connections are watched. */
    int watched() {
        return watches.values().stream().mapToInt(Set::size).sum();
    }

    private final class Watched implements Identities.Watch {
        private final String device;
        private final Proof proof;
        private final Runnable onRevoked;
        private final long number;
        private final AtomicBoolean isOver = new AtomicBoolean();

        private Watched(String device, Proof proof, Runnable onRevoked, long number) {
            this.device = device;
            this.proof = proof;
            this.onRevoked = onRevoked;
            this.number = number;
        }

        private void review() {
            KnownDevice known = devices.get(device);
            if (known == null || !known.isEnabled() || !proof.stillProves(known)) {
                revoke();
            }
        }

        private void revoke() {
            if (end()) {
                try {
                    onRevoked.run();
                } catch (RuntimeException e) {
                    LOG.error("a connection of {} could not be told that it is over", device, e);
                }
            }
        }

        private boolean end() {
            if (!isOver.compareAndSet(false, true)) {
                return false;
            }
            expiring.remove(this);
            watches.computeIfPresent(device, (_, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
            return true;
        }

        @Override
        public void close() {
            end();
        }
    }
}
