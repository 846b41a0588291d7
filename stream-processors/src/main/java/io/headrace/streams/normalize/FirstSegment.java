package io.headrace.streams.normalize;

import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Sees to it that a window store has a segment. In its segments is where Kafka Streams keeps how far such a store is; one
 * that has none yet looks as if the process had been killed, and the state of all stores of the task is thrown away and
 * restored from Kafka at each start.
 */
final class FirstSegment {
    /** Before all records, so that no record is too old for the store because of it. */
    private static final long FIRST = 0;

    private static final String KEY = "";

    private FirstSegment() {}

    static void of(WindowStore<String, byte[]> store) {
        try (KeyValueIterator<?, ?> entries = store.all()) {
            if (!entries.hasNext()) {
                store.put(KEY, new byte[] {0}, FIRST);
            }
        }
    }
}
