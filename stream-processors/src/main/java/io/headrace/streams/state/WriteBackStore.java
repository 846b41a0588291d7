package io.headrace.streams.state;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * A store with the objects of late in front of it. What was put is written when the task commits, before its
 * offsets are: {@link #flushCache} is where Streams asks its own caches for that, and there is no public way. Beside
 * Streams' cache this one spares turning keys and objects into bytes and back for every record, ordered maps, and a copy
 * of the record's context for each entry. For one task; of a task that is given up nothing is written.
 *
 * <p>At most so many objects are kept: before one more, the eighth of them that wasn't asked for for longest is let go of,
 * and what of it has changed is written.
 *
 * @param <K> key within a group
 * @param <V> value; may change in place, if it is put afterwards
 */
public final class WriteBackStore<K, V> extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, V> {
    private static final int FIRST_BUCKETS = 256;
    /** What part of the objects is let go of at once: to find out which they are takes a look at all. */
    private static final int LET_GO = 8;
    /** How finely it is known when an object was asked for last, in parts of the most that came meanwhile. */
    private static final int AGES = 64;

    private final Layout<K, V> layout;
    private final int most;
    /**
     * One table for all groups and keys, rather than a map of maps: of ten thousand devices hardly anything is in the
     * processor's own caches, and each object on the way to a value is a wait for memory.
     */
    private @Nullable Slot[] table = table(FIRST_BUCKETS);

    private final Map<String, Group> groups = new HashMap<>();

    private final List<Slot> changed = new ArrayList<>();
    private int kept;
    /** What time it is, reckoned in objects that have come: to note it each time would be to write to memory each time. */
    private int clock;

    private int untilTick;

    /**
     * How it is stored. For several threads.
     *
     * @param place where a group's key stands
     * @param form bytes of a value
     * @param part number of the part of its group that a key is in, of two parts the later one's the higher; {@link
     *     Long#MIN_VALUE} for keys in none
     */
    public record Layout<K, V>(BiFunction<String, K, Bytes> place, Function<V, byte[]> form, ToLongFunction<K> part) {
        /** Of groups without parts. */
        public Layout(BiFunction<String, K, Bytes> place, Function<V, byte[]> form) {
            this(place, form, key -> Long.MIN_VALUE);
        }
    }

    /** What of a group is in memory. */
    private final class Group {
        private @Nullable Slot newest;
        /** Highest part of which something was let go of that is stored. */
        private long lost = Long.MIN_VALUE;

        private void add(Slot slot) {
            slot.nextInGroup = newest;
            newest = slot;
        }

        private void write() {
            for (Slot slot = newest; slot != null; slot = slot.nextInGroup) {
                slot.write();
            }
        }

        /**
         * Lets go of slots that weren't asked for since, and keeps the others in their order.
         *
         * @param more how many of those that were asked for just then may go, too
         * @return how many of these are left
         */
        private int letGo(int since, int more) {
            int left = more;
            Slot slot = newest;
            Slot before = null;
            newest = null;
            while (slot != null) {
                Slot next = slot.nextInGroup;
                if (slot.used < since || (slot.used == since && left-- > 0)) {
                    letGo(slot);
                } else {
                    if (before == null) {
                        newest = slot;
                    } else {
                        before.nextInGroup = slot;
                    }
                    slot.nextInGroup = null;
                    before = slot;
                    place(slot);
                    kept++;
                }
                slot = next;
            }
            return Math.max(left, 0);
        }

        private void letGo(Slot slot) {
            slot.write();
            slot.isLetGo = true;
            if (slot.value != null) {
                lost = Math.max(lost, layout.part.applyAsLong(slot.key));
            }
        }
    }

    /** One key's place in memory, good until another key is asked for, and often longer. */
    public final class Slot {
        private final String group;
        private final K key;
        private final int hash;
        private @Nullable V value;
        private boolean isChanged;
        private boolean isLetGo;
        /** Whether nothing of its part was stored when it came. */
        private boolean isFirst;

        private int used;
        private @Nullable Slot nextInBucket;
        private @Nullable Slot nextInGroup;

        private Slot(String group, K key, int hash, @Nullable V value) {
            this.group = group;
            this.key = key;
            this.hash = hash;
            this.value = value;
        }

        private void touch() {
            if (used != clock) {
                used = clock;
            }
        }

        public K key() {
            return key;
        }

        /** Whether it is this key's place still; else the key has to be asked for again. */
        public boolean isGood() {
            return !isLetGo;
        }

        /** The object itself, to be put again where it is changed; null where there is none. */
        public @Nullable V value() {
            return value;
        }

        public void put(V value) {
            set(value);
        }

        public void remove() {
            set(null);
        }

        @SuppressWarnings("ReferenceEquality") // the same object, changed in place
        private void set(@Nullable V value) {
            if (isLetGo) {
                throw new IllegalStateException("a slot of " + name() + " is used after others were asked for");
            }
            if (this.value != value) { // else the collector would look at all that was put since it last came
                this.value = value;
            }
            if (!isChanged) {
                isChanged = true;
                changed.add(this);
            }
        }

        private void write() {
            if (isChanged) {
                isChanged = false;
                V written = value;
                Bytes place = layout.place.apply(group, key);
                if (written == null) {
                    wrapped().delete(place);
                } else {
                    wrapped().put(place, layout.form.apply(written));
                }
            }
        }
    }

    private WriteBackStore(KeyValueStore<Bytes, byte[]> stored, Layout<K, V> layout, int most) {
        super(stored);
        this.layout = layout;
        this.most = most;
    }

    /**
     * With a changelog.
     *
     * @param where it is stored
     * @param most objects that a task keeps in memory
     */
    public static <K, V> StoreBuilder<WriteBackStore<K, V>> builder(
            KeyValueBytesStoreSupplier where, Layout<K, V> layout, int most) {
        return new AroundBuilder<>(
                Stores.keyValueStoreBuilder(where, Serdes.Bytes(), Serdes.ByteArray()),
                stored -> new WriteBackStore<>(stored, layout, most));
    }

    /**
     * Without a changelog, and without a task: whoever uses it never commits.
     *
     * @param stored ready, and owned by whoever uses this one
     * @param most objects in front of it
     */
    public static <K, V> WriteBackStore<K, V> over(KeyValueStore<Bytes, byte[]> stored, Layout<K, V> layout, int most) {
        return new WriteBackStore<>(stored, layout, most);
    }

    /** Also where a task is revived: what it hadn't written is void. */
    @Override
    public void init(StateStoreContext context, StateStore root) {
        letGo();
        super.init(context, root);
    }

    /**
     * @param group of entries that {@link #range} reads together
     * @param read value of what is stored
     */
    public Slot slot(String group, K key, Function<byte[], V> read) {
        int hash = hash(group, key);
        Slot known = find(group, key, hash);
        if (known != null) {
            return known;
        }
        byte[] stored = wrapped().get(layout.place.apply(group, key));
        return keep(new Slot(group, key, hash, stored == null ? null : read.apply(stored)));
    }

    /** As {@link #slot}, of a key in a part of its group of which nothing is stored, and nothing was before. */
    public Slot first(String group, K key) {
        int hash = hash(group, key);
        Slot slot = find(group, key, hash);
        if (slot == null) {
            assert wrapped().get(layout.place.apply(group, key)) == null : "there is a " + key + " of " + group;
            slot = keep(new Slot(group, key, hash, null));
        }
        slot.isFirst = true;
        return slot;
    }

    /**
     * All of a part of a group, in no order, with slots that have nothing in them; null where more may be stored than is in
     * memory. All is where the part began with {@link #first} and nothing of it, or of a later part, was let go of since.
     *
     * @param isIn which keys are in the part
     */
    public @Nullable List<Slot> part(String group, Predicate<K> isIn) {
        Group known = groups.get(group);
        if (known == null) {
            return null;
        }
        List<Slot> found = new ArrayList<>();
        boolean isWhole = false;
        for (Slot slot = known.newest; slot != null; slot = slot.nextInGroup) {
            if (isIn.test(slot.key)) {
                slot.touch();
                found.add(slot);
                isWhole |= slot.isFirst && layout.part.applyAsLong(slot.key) > known.lost;
            }
        }
        return isWhole ? found : null;
    }

    public void put(String group, K key, V value) {
        known(group, key).put(value);
    }

    public void remove(String group, K key) {
        known(group, key).remove();
    }

    /** What is stored of a group between two places, both inclusive, in their order; changes are written first. */
    public KeyValueIterator<Bytes, byte[]> range(String group, Bytes first, Bytes last) {
        writeBack(group);
        return wrapped().range(first, last);
    }

    /** As {@link #range}, from the last place down. */
    public KeyValueIterator<Bytes, byte[]> reverseRange(String group, Bytes first, Bytes last) {
        writeBack(group);
        return wrapped().reverseRange(first, last);
    }

    /** All that is stored; what was put since the last commit is written first. */
    public KeyValueIterator<Bytes, byte[]> all() {
        writeBack();
        return wrapped().all();
    }

    /** Removes a group, all of which stands between two places, both inclusive. */
    public void erase(String group, Bytes first, Bytes last) {
        Group known = groups.get(group);
        for (Slot slot = known == null ? null : known.newest; slot != null; slot = slot.nextInGroup) {
            slot.remove();
        }
        List<Bytes> places = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> found = range(group, first, last)) {
            found.forEachRemaining(entry -> places.add(entry.key));
        }
        places.forEach(wrapped()::delete);
    }

    /** A slot to be set, whatever is stored. */
    private Slot known(String group, K key) {
        int hash = hash(group, key);
        Slot known = find(group, key, hash);
        return known == null ? keep(new Slot(group, key, hash, null)) : known;
    }

    private static int hash(String group, Object key) {
        int hash = 31 * group.hashCode() + key.hashCode();
        return hash ^ hash >>> 16;
    }

    private @Nullable Slot find(String group, K key, int hash) {
        Slot slot = table[hash & table.length - 1];
        while (slot != null && !(slot.hash == hash && slot.key.equals(key) && slot.group.equals(group))) {
            slot = slot.nextInBucket;
        }
        if (slot != null) {
            slot.touch();
        }
        return slot;
    }

    private Slot keep(Slot slot) {
        if (kept >= most) {
            makeRoom();
        }
        if (kept == table.length) {
            widen();
        }
        tick();
        slot.touch();
        place(slot);
        groups.computeIfAbsent(slot.group, fresh -> new Group()).add(slot);
        kept++;
        return slot;
    }

    private void tick() {
        if (--untilTick <= 0) {
            untilTick = most / AGES;
            clock++;
        }
    }

    private void makeRoom() {
        int[] used = new int[kept];
        for (Group group : groups.values()) {
            for (Slot slot = group.newest; slot != null; slot = slot.nextInGroup) {
                used[--kept] = slot.used;
            }
        }
        Arrays.sort(used);
        int due = Math.max(1, used.length / LET_GO);
        int since = used[due - 1];
        int left = due;
        while (used[due - left] < since) {
            left--;
        }
        Arrays.fill(table, null);
        for (Group group : groups.values()) {
            left = group.letGo(since, left);
        }
        groups.values().removeIf(group -> group.newest == null);
        changed.removeIf(slot -> !slot.isChanged);
    }

    private void place(Slot slot) {
        int bucket = slot.hash & table.length - 1;
        slot.nextInBucket = table[bucket];
        table[bucket] = slot;
    }

    private void widen() {
        table = table(2 * table.length);
        for (Group group : groups.values()) {
            for (Slot slot = group.newest; slot != null; slot = slot.nextInGroup) {
                place(slot);
            }
        }
    }

    /** Slots of the class, whose type is this store's: there is no array of those. */
    @SuppressWarnings("unchecked")
    private @Nullable Slot[] table(int buckets) {
        return (Slot[]) Array.newInstance(Slot.class, buckets);
    }

    private void writeBack(String group) {
        Group known = groups.get(group);
        if (known != null) {
            known.write();
        }
    }

    private void writeBack() {
        changed.forEach(Slot::write);
        changed.clear();
    }

    /** Called by Streams before it commits. */
    @Override
    public void flushCache() {
        writeBack();
        super.flushCache();
    }

    @Override
    public void clearCache() {
        letGo();
        super.clearCache();
    }

    private void letGo() {
        for (Group group : groups.values()) {
            for (Slot slot = group.newest; slot != null; slot = slot.nextInGroup) {
                slot.isLetGo = true;
            }
        }
        groups.clear();
        Arrays.fill(table, null);
        changed.clear();
        kept = 0;
    }
}
