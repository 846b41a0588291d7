package io.headrace.gateway.events;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A bounded memory: of more keys than it holds, it forgets the one that was asked for longest ago. Safe for use by
 * several threads.
 *
 * @param <K> what is remembered
 * @param <V> what is known of it
 */
final class Recent<K, V> {
    private final Map<K, V> entries;

    Recent(int max) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > max;
            }
        };
    }

    synchronized V of(K key, Function<K, V> otherwise) {
        return entries.computeIfAbsent(key, otherwise);
    }
}
