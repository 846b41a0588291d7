package io.headrace.control.http;

import java.util.Map;

/**
 * An answer that isn't what was asked for: thrown by endpoints, sent as problem JSON (RFC 9457). Cheap: no trace.
 */
public final class Problem extends RuntimeException {
    private final int status;
    private final String title;
    private final Map<String, String> headers;

    private Problem(int status, String title, String detail, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
        this.headers = Map.copyOf(headers);
    }

    /** @param detail one line for the caller: what was wrong, and what would be right */
    public static Problem badRequest(String detail) {
        return new Problem(400, "Bad request", detail, Map.of());
    }

    public static Problem unauthorized() {
        return new Problem(
                401,
                "Unauthorized",
                "a valid bearer token is needed: Authorization: Bearer <token>",
                Map.of("WWW-Authenticate", "Bearer realm=\"headrace\""));
    }

    public static Problem forbidden(String detail) {
        return new Problem(403, "Forbidden", detail, Map.of());
    }

    public static Problem notFound(String detail) {
        return new Problem(404, "Not found", detail, Map.of());
    }

    /** @param allowed methods of the path, comma-separated */
    public static Problem methodNotAllowed(String allowed) {
        return new Problem(405, "Method not allowed", "this path takes " + allowed, Map.of("Allow", allowed));
    }

    public static Problem conflict(String detail) {
        return new Problem(409, "Conflict", detail, Map.of());
    }

    public static Problem tooLarge(int limitBytes) {
        return new Problem(413, "Content too large", "a body has at most " + limitBytes + " bytes", Map.of());
    }

    /** Understood, and not done: it would cost too much. */
    public static Problem unprocessable(String detail) {
        return new Problem(422, "Unprocessable content", detail, Map.of());
    }

    /** What time heals. */
    public static Problem unavailable(String detail) {
        return new Problem(503, "Service unavailable", detail, Map.of("Retry-After", "5"));
    }

    /** A bug or an unexpected failure: its cause is in the log, not in the answer. */
    public static Problem internal() {
        return new Problem(500, "Internal error", "the control plane failed; its log says why", Map.of());
    }

    public int status() {
        return status;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    Map<String, String> headers() {
        return headers;
    }

    /** Members of the JSON object, in order. */
    Map<String, Object> members() {
        Map<String, Object> members = new java.util.LinkedHashMap<>();
        members.put("type", "about:blank");
        members.put("title", title);
        members.put("status", status);
        members.put("detail", detail());
        return members;
    }
}
