package io.headrace.streams.alerts;

import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.state.WriteBackStore.Layout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Alerts that are kept, each under a place and a key within it, and which of them are due when. When they are due is part of
 * what is stored; the queue beside it is made anew when a task starts. For one task.
 */
final class Shelf {
    /** Parts place and key: no device's id holds it, no rule's, and no group's name. */
    private static final char SEPARATOR = '\n';
    /** Before and behind all that a device's or an alert's id begins with. */
    private static final String FIRST = "!";

    private static final String LAST = "\u007f";

    private static final int MOST_IN_MEMORY = 4_096;

    private final WriteBackStore<String, Kept> store;
    private final KeptFormat format;
    private final PriorityQueue<Due> queue = new PriorityQueue<>();

    /** When to look at an alert: it may be due later by then, or never. */
    record Due(long time, String place, String key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(time, other.time);
            int byPlace = byTime != 0 ? byTime : place.compareTo(other.place);
            return byPlace != 0 ? byPlace : key.compareTo(other.key);
        }
    }

    /** Takes over what is stored. */
    Shelf(WriteBackStore<String, Kept> store, KeptFormat format) {
        this.store = store;
        this.format = format;
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> each = all.next();
                long due = KeptFormat.due(each.value);
                String text = new String(each.key.get(), StandardCharsets.UTF_8);
                int end = text.lastIndexOf(SEPARATOR);
                if (due != 0 && end > 0) {
                    queue.add(new Due(due, text.substring(0, end), text.substring(end + 1)));
                }
            }
        }
    }

    static StoreBuilder<WriteBackStore<String, Kept>> builder(String name, KeptFormat format) {
        return WriteBackStore.builder(Stores.persistentKeyValueStore(name), layout(format), MOST_IN_MEMORY);
    }

    static Layout<String, Kept> layout(KeptFormat format) {
        return new Layout<>(Shelf::bytes, format::write);
    }

    /** Null where nothing is kept. */
    @Nullable
    Kept find(String place, String key) {
        return store.slot(place, key, format::read).value();
    }

    void put(String place, String key, Kept kept) {
        store.put(place, key, kept);
        if (kept.due() != 0) {
            queue.add(new Due(kept.due(), place, key));
        }
    }

    void remove(String place, String key) {
        store.remove(place, key);
    }

    /** Next of those whose time has come; null where there is none. */
    @Nullable
    Due poll(long now) {
        return queue.isEmpty() || queue.peek().time > now ? null : queue.remove();
    }

    /**
     * What is kept at a place, in the order of its keys.
     *
     * @param stored looks at the bytes before they are read
     * @param most at most so many
     */
    List<Kept> at(String place, Predicate<byte[]> stored, Predicate<Kept> wanted, int most) {
        List<Kept> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = store.range(place, bytes(place, FIRST), bytes(place, LAST))) {
            while (all.hasNext() && found.size() < most) {
                byte[] value = all.next().value;
                if (stored.test(value)) {
                    Kept kept = format.read(value);
                    if (wanted.test(kept)) {
                        found.add(kept);
                    }
                }
            }
        }
        return found;
    }

    /** Removes all that is kept at a place. */
    void clear(String place) {
        clear(store, place);
    }

    /** As {@link #clear(String)}. */
    static void clear(WriteBackStore<String, Kept> store, String place) {
        store.erase(place, bytes(place, FIRST), bytes(place, LAST));
    }

    private static Bytes bytes(String place, String key) {
        return Bytes.wrap((place + SEPARATOR + key).getBytes(StandardCharsets.UTF_8));
    }
}
