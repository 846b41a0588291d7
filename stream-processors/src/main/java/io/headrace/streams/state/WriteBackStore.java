package io.headrace.streams.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
 * Streams' cache this one spares turning objects into bytes and back for every record, ordered maps, and a copy of the
 * record's context for each entry. For one task; of a task that is given up nothing is written.
 *
 * <p>At most so many objects are kept: before one more, all are written and let go of, and those in use come back.
 *
 * @param <V> value; may change in place, if it is put afterwards
 */
public final class WriteBackStore<V> extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, V> {
    private final Function<V, byte[]> form;
    private final int most;
    private final Map<String, Map<Bytes, Entry<V>>> groups = new HashMap<>();
    private final List<Entry<V>> changed = new ArrayList<>();
    private int kept;

    private static final class Entry<V> {
        private final Bytes key;
        private @Nullable V value;
        private boolean isChanged;

        private Entry(Bytes key, @Nullable V value) {
            this.key = key;
            this.value = value;
        }
    }

    private WriteBackStore(KeyValueStore<Bytes, byte[]> stored, Function<V, byte[]> form, int most) {
        super(stored);
        this.form = form;
        this.most = most;
    }

    /**
     * With a changelog.
     *
     * @param where it is stored
     * @param form bytes of a value; for several threads
     * @param most objects that a task keeps in memory
     */
    public static <V> StoreBuilder<WriteBackStore<V>> builder(
            KeyValueBytesStoreSupplier where, Function<V, byte[]> form, int most) {
        return new WriteBackStoreBuilder<>(
                Stores.keyValueStoreBuilder(where, Serdes.Bytes(), Serdes.ByteArray()),
                stored -> new WriteBackStore<>(stored, form, most));
    }

    /** Also where a task is revived: what it hadn't written is void. */
    @Override
    public void init(StateStoreContext context, StateStore root) {
        letGo();
        super.init(context, root);
    }

    /**
     * The object itself, to be put again where it is changed; null where there is none.
     *
     * @param group of entries that {@link #range} reads together, the same for a key whenever it is asked for
     * @param form value of what is stored
     */
    public @Nullable V find(String group, Bytes key, Function<byte[], V> form) {
        Entry<V> known = known(group, key);
        if (known == null) {
            byte[] stored = wrapped().get(key);
            known = keep(group, new Entry<>(key, stored == null ? null : form.apply(stored)));
        }
        return known.value;
    }

    public void put(String group, Bytes key, V value) {
        set(group, key, value);
    }

    public void remove(String group, Bytes key) {
        set(group, key, null);
    }

    /** What is stored of a group between two keys, both inclusive, in the order of keys; changes are written first. */
    public KeyValueIterator<Bytes, byte[]> range(String group, Bytes first, Bytes last) {
        writeBack(group);
        return wrapped().range(first, last);
    }

    /** As {@link #range}, from the last key down. */
    public KeyValueIterator<Bytes, byte[]> reverseRange(String group, Bytes first, Bytes last) {
        writeBack(group);
        return wrapped().reverseRange(first, last);
    }

    /** All that is stored; what was put since the last commit is written first. */
    public KeyValueIterator<Bytes, byte[]> all() {
        writeBack();
        return wrapped().all();
    }

    private void set(String group, Bytes key, @Nullable V value) {
        Entry<V> known = known(group, key);
        Entry<V> entry = known == null ? keep(group, new Entry<>(key, value)) : known;
        entry.value = value;
        if (!entry.isChanged) {
            entry.isChanged = true;
            changed.add(entry);
        }
    }

    private @Nullable Entry<V> known(String group, Bytes key) {
        Map<Bytes, Entry<V>> inGroup = groups.get(group);
        return inGroup == null ? null : inGroup.get(key);
    }

    private Entry<V> keep(String group, Entry<V> entry) {
        if (kept >= most) {
            writeBack();
            letGo();
        }
        groups.computeIfAbsent(group, any -> new HashMap<>(4)).put(entry.key, entry);
        kept++;
        return entry;
    }

    private void writeBack(String group) {
        for (Entry<V> entry : groups.getOrDefault(group, Map.of()).values()) {
            write(entry);
        }
    }

    private void writeBack() {
        changed.forEach(this::write);
        changed.clear();
    }

    private void write(Entry<V> entry) {
        if (entry.isChanged) {
            entry.isChanged = false;
            V value = entry.value;
            if (value == null) {
                wrapped().delete(entry.key);
            } else {
                wrapped().put(entry.key, form.apply(value));
            }
        }
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
        groups.clear();
        changed.clear();
        kept = 0;
    }
}
