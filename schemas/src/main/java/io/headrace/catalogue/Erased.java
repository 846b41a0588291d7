package io.headrace.catalogue;

import io.headrace.record.Erasure;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which messages are erased: of some devices, those before an offset of each raw partition. Costs a message nothing while
 * no device is. Safe for use by several threads.
 */
public final class Erased {
    private final Map<String, Map<Integer, Long>> cuts = new ConcurrentHashMap<>();

    /**
     * Takes what {@code device.erasures} has of a device.
     *
     * @param erasure null where its entry was removed: then nothing of it is erased any more
     */
    public void change(String device, @Nullable Erasure erasure) {
        if (erasure == null) {
            cuts.remove(device);
            return;
        }
        Map<Integer, Long> cut = new HashMap<>();
        erasure.getCut().forEach((partition, before) -> cut.put(Integer.valueOf(partition), before));
        if (!cut.isEmpty()) {
            cuts.put(device, Map.copyOf(cut));
        }
    }

    /** Takes that messages of a device before an offset are erased; what is known of other partitions stays. */
    public void add(String device, int partition, long before) {
        cuts.merge(device, Map.of(partition, before), (known, added) -> {
            Map<Integer, Long> both = new HashMap<>(known);
            both.merge(partition, before, Math::max);
            return Map.copyOf(both);
        });
    }

    /** Whether a message is erased. */
    public boolean covers(String device, int partition, long offset) {
        if (cuts.isEmpty()) {
            return false;
        }
        Map<Integer, Long> cut = cuts.get(device);
        return cut != null && offset < cut.getOrDefault(partition, 0L);
    }
}
