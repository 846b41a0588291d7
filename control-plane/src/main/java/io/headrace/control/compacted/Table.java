package io.headrace.control.compacted;

import java.util.Collection;
import java.util.Optional;

/**
 * Newest value of each key. A port: a topic in Kafka, or memory in tests.
 *
 * @param <V> what a key has
 */
public interface Table<V> {
    /** Empty where the key has no value. */
    Optional<V> find(String key);

    /** All values by key, as they are while the caller walks over them. */
    Collection<V> values();

    /**
     * Sets a value; readers of this table see it when the call returns.
     *
     * @throws io.headrace.control.http.UnavailableException where Kafka didn't take it, or hasn't shown it in time: then
     *     it may still have been written
     */
    void put(String key, V value);

    /** Removes a key, as {@link #put} sets one. */
    void remove(String key);
}
