package io.headrace.control.http;

import io.headrace.control.access.Role;
import java.util.Optional;

/**
 * One method on one path.
 *
 * @param method {@code GET}, {@code PUT}, {@code POST}, {@code PATCH} or {@code DELETE}
 * @param path with {@code {name}} segments, as OpenAPI writes it
 * @param role the least that a caller must have; empty where no token is needed
 */
public record Endpoint(String method, String path, Optional<Role> role, Handler handler) {
    /** Answers calls; runs on a virtual thread of its own and may block. */
    @FunctionalInterface
    public interface Handler {
        /** @throws Problem where the answer is no success */
        Answer handle(Call call);
    }

    /** For callers with a role. */
    public static Endpoint of(String method, String path, Role role, Handler handler) {
        return new Endpoint(method, path, Optional.of(role), handler);
    }

    /** For everyone: nothing that a stranger shouldn't know. */
    public static Endpoint open(String path, Handler handler) {
        return new Endpoint("GET", path, Optional.empty(), handler);
    }
}
