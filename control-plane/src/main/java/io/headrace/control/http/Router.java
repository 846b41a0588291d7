package io.headrace.control.http;

import io.headrace.control.access.AccessTokens;
import io.headrace.control.access.Caller;
import io.headrace.control.access.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Finds the endpoint of a request and lets only those through who may. Safe for use by several threads. */
public final class Router {
    private static final Caller STRANGER = new Caller("anonymous", Role.VIEWER);
    private static final String BEARER = "Bearer ";

    private final List<Compiled> endpoints;
    private final AccessTokens tokens;

    private record Compiled(PathPattern pattern, Endpoint endpoint) {}

    private record Found(Endpoint endpoint, Map<String, String> path) {}

    /** A request before anything of it is trusted. */
    record Request(
            String method,
            String rawPath,
            Optional<String> authorization,
            Map<String, String> query,
            Supplier<byte[]> body) {}

    public Router(List<Endpoint> endpoints, AccessTokens tokens) {
        this.endpoints = endpoints.stream()
                .map(endpoint -> new Compiled(new PathPattern(endpoint.path()), endpoint))
                .toList();
        this.tokens = tokens;
    }

    /**
     * Answers a request. The body is read only once the caller is known to be allowed.
     *
     * @throws Problem where the answer is no success
     */
    Answer answer(Request request) {
        Found found = find(request);
        Caller caller = caller(request, found.endpoint());
        byte[] body = request.body().get();
        return found.endpoint().handler().handle(new Call(caller, found.path(), request.query(), body));
    }

    private Found find(Request request) {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        TreeSet<String> others = new TreeSet<>();
        for (Compiled each : endpoints) {
            Optional<Map<String, String>> path = each.pattern().match(request.rawPath());
            if (path.isEmpty()) {
                continue;
            }
            if (each.endpoint().method().equals(method)) {
                return new Found(each.endpoint(), path.get());
            }
            others.add(each.endpoint().method());
        }
        if (others.isEmpty()) {
            throw Problem.notFound("there is nothing at this path");
        }
        throw Problem.methodNotAllowed(String.join(", ", others));
    }

    private Caller caller(Request request, Endpoint endpoint) {
        if (endpoint.role().isEmpty()) {
            return STRANGER;
        }
        Caller caller = request.authorization()
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .flatMap(value -> tokens.find(value.substring(BEARER.length()).strip()))
                .orElseThrow(Problem::unauthorized);
        Role needed = endpoint.role().get();
        if (!caller.role().covers(needed)) {
            throw Problem.forbidden("this needs the role " + needed.name().toLowerCase(java.util.Locale.ROOT)
                    + "; the token's role is "
                    + caller.role().name().toLowerCase(java.util.Locale.ROOT));
        }
        return caller;
    }
}
