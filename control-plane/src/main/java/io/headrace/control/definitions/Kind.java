package io.headrace.control.definitions;

import io.headrace.control.http.Problem;
import java.time.Instant;

/**
 * A kind of definition.
 *
 * @param <V> its record
 * @param <B> its body in the API
 */
public interface Kind<V, B> {
    /** Most definitions of one kind: each costs every reading time. */
    int LIMIT = 500;

    /** In the singular, as audit and problems name it; an {@code s} makes the plural that paths and lists have. */
    String name();

    Class<B> body();

    /**
     * The record that a body asks for.
     *
     * @param id checked already
     * @throws Problem (400) that names the member and what it may be
     */
    V record(B body, String id, Instant now);

    /** The body that shows a record. */
    B shown(V record);
}
