package io.headrace.streams.normalize;

import io.headrace.streams.enrich.EnrichConfig;
import io.headrace.streams.registered.DeviceFacts;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The facts of devices that sent something of late, as they are used: a message costs a look into a map, not a read of
 * the store. A change in the store is seen by the next message that asks. Safe for use by several threads.
 */
final class KnownDevices {
    private static final int MAX_KEPT = 20_000;

    private final ConcurrentHashMap<String, DeviceFacts> kept = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final EnrichConfig config;

    KnownDevices(EnrichConfig config) {
        this.config = config;
    }

    DeviceFacts device(RecentDevice device, ReadOnlyKeyValueStore<String, byte[]> store) {
        long before = changes.get();
        DeviceFacts facts = device.facts(before);
        if (facts == null) {
            facts = device(device.id(), store);
            device.facts(facts, before);
        }
        return facts;
    }

    private DeviceFacts device(String id, ReadOnlyKeyValueStore<String, byte[]> store) {
        DeviceFacts known = kept.get(id);
        if (known != null) {
            return known;
        }
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        // in one step for this id: a change that comes between reading and keeping waits, and forgets what was kept
        return kept.computeIfAbsent(id, absent -> read(store.get(absent)));
    }

    private DeviceFacts read(byte @Nullable [] stored) {
        return DeviceFacts.ofStored(stored).shownBy(config);
    }

    /** After the store has changed. */
    void forget(String id) {
        kept.remove(id);
        changes.incrementAndGet();
    }
}
