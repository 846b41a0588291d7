package io.headrace.streams.actions;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What was done already. Each is remembered until it would be too old to be done, so a record that comes again, or a topic
 * that is read again, does nothing twice. Key: a device, a line feed, an id. Value: a version, and when it may be
 * forgotten, in epoch milliseconds.
 */
record Done(KeyValueStore<String, byte[]> store) {
    private static final byte VERSION = 1;

    boolean isKnown(String device, String id) {
        return store.get(key(device, id)) != null;
    }

    void put(String device, String id, Instant until) {
        store.put(
                key(device, id),
                ByteBuffer.allocate(1 + Long.BYTES)
                        .put(VERSION)
                        .putLong(until.toEpochMilli())
                        .array());
    }

    /** @param now epoch milliseconds */
    void forgetBefore(long now) {
        List<String> past = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> each = all.next();
                if (until(each.value) < now) {
                    past.add(each.key);
                }
            }
        }
        past.forEach(store::delete);
    }

    private static long until(byte[] value) {
        ByteBuffer bytes = ByteBuffer.wrap(value);
        byte version = bytes.get();
        if (version != VERSION) {
            throw new IllegalStateException("what was done is stored as version " + version + ", of a newer Headrace");
        }
        return bytes.getLong();
    }

    private static String key(String device, String id) {
        return device + '\n' + id;
    }
}
