package io.headrace.control.http;

import io.headrace.control.access.Caller;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One request, as an endpoint sees it.
 *
 * @param caller who asks; on open endpoints a caller without a token is a viewer called {@code anonymous}
 * @param path values of the names in the endpoint's path, decoded
 * @param query first value of each query parameter, decoded
 * @param body empty where the request has none
 */
// Made, answered and forgotten: never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Call(Caller caller, Map<String, String> path, Map<String, String> query, byte[] body) {
    /** Value of a name in the endpoint's path. */
    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the path has no {" + name + "}");
        }
        return value;
    }

    /** Empty where the parameter is missing or empty. */
    public Optional<String> findQuery(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }

    /** @throws Problem (400) where the parameter is there and no time of {@link Times} */
    public Optional<Instant> findTime(String name) {
        return findQuery(name).map(text -> Times.of(name, text));
    }

    /** @throws Problem (400) where the parameter is missing */
    public String query(String name) {
        return findQuery(name).orElseThrow(() -> Problem.badRequest("the query parameter " + name + " is missing"));
    }

    /** @throws Problem (400) where the parameter is no whole number from {@code min} to {@code max} */
    public int query(String name, int otherwise, int min, int max) {
        Optional<String> text = findQuery(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text.get());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // said below, as for one out of range
        }
        throw Problem.badRequest(name + " must be a whole number from " + min + " to " + max);
    }

    /** @throws Problem (400) where the body isn't JSON of this shape */
    public <T> T json(Class<T> type) {
        return Json.read(body, type);
    }
}
