package io.headrace.streams.detect;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Which episodes are open, so that those of devices that fall silent end, too. By the wall clock, of time in which somebody
 * listened: from the start of the task on, and from the last time on that it worked off what had waited. For one task.
 */
final class OpenEpisodes {
    /** Parts device and metric in a key: no device id holds it. */
    private static final char SEPARATOR = '\n';

    /** What was received longer ago than this has waited: the one who listens is behind. */
    private static final long BEHIND_MS = 10_000;

    private final KeyValueStore<String, Long> store;
    /** Key to when it is looked at, epoch milliseconds by the wall clock. */
    private final Map<String, Long> looks = new HashMap<>();

    private long since;
    private boolean hasLooked;

    /** Looks whether a metric has been silent for so long that its episode has ended. */
    @FunctionalInterface
    interface Looker {
        /**
         * @param since when listening began, epoch milliseconds by the wall clock
         * @return milliseconds of silence until it has; negative where it has now, or none is open
         */
        long look(String device, String metric, long since);
    }

    /**
     * @param store the keys of those that are open, with when they were opened
     * @param now epoch milliseconds by the wall clock
     */
    OpenEpisodes(KeyValueStore<String, Long> store, long now) {
        this.store = store;
        this.since = now;
    }

    /** @param receivedAt of what is processed now, epoch milliseconds */
    void heard(long receivedAt, long now) {
        if (now - receivedAt > BEHIND_MS) {
            since = now;
        }
    }

    void opened(String device, String metric, long now) {
        String key = device + SEPARATOR + metric;
        store.put(key, now);
        looks.put(key, now);
    }

    void closed(String device, String metric) {
        String key = device + SEPARATOR + metric;
        store.delete(key);
        looks.remove(key);
    }

    /** Looks at those whose time has come; the first time at all that are stored. */
    void look(long now, Looker looker) {
        if (!hasLooked) {
            hasLooked = true;
            try (KeyValueIterator<String, Long> open = store.all()) {
                open.forEachRemaining(entry -> looks.put(entry.key, now));
            }
        }
        Iterator<Map.Entry<String, Long>> each = looks.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Long> entry = each.next();
            if (entry.getValue() > now) {
                continue;
            }
            String key = entry.getKey();
            int end = key.indexOf(SEPARATOR);
            long left = looker.look(key.substring(0, end), key.substring(end + 1), since);
            if (left < 0) {
                each.remove();
                store.delete(key);
            } else {
                entry.setValue(now + left + 1);
            }
        }
    }
}
