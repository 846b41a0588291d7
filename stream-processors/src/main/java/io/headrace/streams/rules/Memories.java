package io.headrace.streams.rules;

import io.headrace.streams.rules.course.Course;
import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.course.MemoryFormat;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.state.WriteBackStore.Layout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of each device, under its id. Entries of the first version, one for each device and rule, are taken over
 * where a device is asked for that has them.
 */
final class Memories {
    /** Parted device and rule in a key of the first version: no device id holds it. */
    private static final char SEPARATOR = '\n';

    /** In place of a rule, of the device as a whole. */
    private static final String DEVICE = "";
    /** Before and behind all that the id of a rule can be. */
    private static final String FIRST = "-";

    private static final String LAST = "~";

    private final WriteBackStore<String, DeviceMemory> store;
    private final MemoryFormat format;

    Memories(WriteBackStore<String, DeviceMemory> store, MemoryFormat format) {
        this.store = store;
        this.format = format;
    }

    /** Null where nothing is known of the device. */
    @Nullable
    DeviceMemory find(String device) {
        DeviceMemory known = store.slot(device, DEVICE, format::read).value();
        return known == null ? earlier(device) : known;
    }

    /** To be called again whenever it has changed. */
    void put(String device, DeviceMemory memory) {
        store.put(device, DEVICE, memory);
    }

    /** Forgets a device, in whatever version. */
    static void erase(WriteBackStore<String, DeviceMemory> store, String device) {
        String end = device + (char) (SEPARATOR + 1);
        store.erase(device, place(device, DEVICE), Bytes.wrap(end.getBytes(StandardCharsets.UTF_8)));
    }

    /** Every device with when it last spoke, epoch milliseconds; but for those that only the first version knew. */
    void forEach(ObjLongConsumer<String> taker) {
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> each = all.next();
                String key = new String(each.key.get(), StandardCharsets.UTF_8);
                if (key.indexOf(SEPARATOR) < 0) {
                    taker.accept(key, MemoryFormat.receivedAt(each.value));
                }
            }
        }
    }

    private @Nullable DeviceMemory earlier(String device) {
        List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> found = store.range(device, place(device, FIRST), place(device, LAST))) {
            found.forEachRemaining(entries::add);
        }
        if (entries.isEmpty()) {
            return null;
        }
        DeviceMemory memory = new DeviceMemory();
        for (KeyValue<Bytes, byte[]> each : entries) {
            String rule = new String(each.key.get(), StandardCharsets.UTF_8).substring(device.length() + 1);
            MemoryFormat.addEarlier(memory, rule, each.value);
            Course course = memory.course(rule);
            if (course.isRaised()) {
                course.stands(AlertRecords.standing(rule, device, course.since()));
            }
            store.remove(device, rule);
        }
        put(device, memory);
        return memory;
    }

    /** In which the store has them. */
    static Layout<String, DeviceMemory> layout(MemoryFormat format) {
        return new Layout<>(Memories::place, format::write);
    }

    private static Bytes place(String device, String rule) {
        String text = rule.isEmpty() ? device : device + SEPARATOR + rule;
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
