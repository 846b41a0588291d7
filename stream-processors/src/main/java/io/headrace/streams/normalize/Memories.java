package io.headrace.streams.normalize;

import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Memory;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** What decoding remembers of each device, under the device's id and the format's own name; the format bounds it. */
final class Memories {
    private final KeyValueStore<String, byte[]> store;

    Memories(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        // a sequence number changes with every message, and goes to the changelog once per commit
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }

    Memory of(String device) {
        return of(store, device);
    }

    static Memory of(ReadOnlyKeyValueStore<String, byte[]> store, String device) {
        return name -> store.get(key(device, name));
    }

    void keep(String device, List<Decoded.Memo> memos) {
        for (Decoded.Memo memo : memos) {
            store.put(key(device, memo.name()), memo.bytes());
        }
    }

    /** No device id has a line end in it. */
    private static String key(String device, String name) {
        return device + "\n" + name;
    }
}
