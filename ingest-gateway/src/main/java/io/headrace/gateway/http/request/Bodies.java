package io.headrace.gateway.http.request;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.ingest.Ingest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bytes of bodies that are being received, by device: each has its place in the budget that messages in flight have too,
 * and no device so many of them that nobody else gets one. Safe for use by several threads.
 */
final class Bodies {
    private final Ingest budget;
    private final int perDevice;
    private final Map<DeviceId, Integer> held = new ConcurrentHashMap<>();
    private final LongAdder all = new LongAdder();

    /** @param perDevice bytes that one device may have on its way in at once, over all of its connections */
    Bodies(Ingest budget, int perDevice) {
        this.budget = budget;
        this.perDevice = perDevice;
    }

    /** Takes a place for bytes, where there is one. */
    boolean take(DeviceId device, int bytes) {
        if (bytes == 0) {
            return true;
        }
        if (held.merge(device, bytes, Integer::sum) <= perDevice && budget.reserve(bytes)) {
            all.add(bytes);
            return true;
        }
        forget(device, bytes);
        return false;
    }

    void give(DeviceId device, int bytes) {
        forget(device, bytes);
        budget.release(bytes);
        all.add(-bytes);
    }

    private void forget(DeviceId device, int bytes) {
        held.computeIfPresent(device, (_, had) -> had == bytes ? null : had - bytes);
    }

    long bytes() {
        return all.sum();
    }
}
