package io.headrace.control.definitions;

import io.headrace.control.http.Problem;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * A kind of definition.
 *
 * @param <V> its record
 * @param <B> its body in the API
 */
public interface Kind<V, B> {
    /** Most definitions of one kind: each costs every reading time. */
    int LIMIT = 500;

    /** In the singular, as audit and problems name it. */
    String name();

    /** As paths and lists have it. */
    default String plural() {
        return name() + "s";
    }

    Class<B> body();

    /**
     * The record that a body asks for.
     *
     * @param id checked already
     * @throws Problem (400) that names the member and what it may be
     */
    V record(B body, String id, Instant now);

    /** The record, where it says who put it: by default it doesn't. */
    default V by(String caller, V record) {
        return record;
    }

    /** The body that shows a record. */
    B shown(V record);

    /**
     * What is stored where a record is put: by default itself.
     *
     * @param before what it replaces
     */
    default V succeeding(V record, Optional<V> before, Instant now) {
        return record;
    }

    /**
     * Whether there is room for a record.
     *
     * @param others all of the kind but the one that it replaces
     * @throws Problem (409) that names the limit
     */
    default void requireRoom(V record, Collection<V> others) {
        if (others.size() >= LIMIT) {
            throw Problem.conflict("there are " + LIMIT + " " + name() + "s already: each costs every reading time");
        }
    }
}
