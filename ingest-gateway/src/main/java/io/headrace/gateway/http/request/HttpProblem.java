package io.headrace.gateway.http.request;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.HashMap;
import java.util.Map;

/**
 * A refusal as RFC 9457 has it.
 *
 * @param status of the response
 * @param detail one sentence for who reads the device's log; never what the device sent
 * @param headers more headers of the response
 */
public record HttpProblem(HttpResponseStatus status, String detail, Map<String, String> headers) {
    private static final String RETRY_SECONDS = "2";

    public HttpProblem {
        Map<String, String> all = new HashMap<>(headers);
        all.put("content-type", "application/problem+json");
        headers = Map.copyOf(all);
    }

    public static HttpProblem of(HttpResponseStatus status, String detail) {
        return new HttpProblem(status, detail, Map.of());
    }

    public static HttpProblem badRequest(String detail) {
        return of(HttpResponseStatus.BAD_REQUEST, detail);
    }

    static HttpProblem tooLarge(String detail) {
        return of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, detail);
    }

    static HttpProblem unauthorized() {
        return new HttpProblem(
                HttpResponseStatus.UNAUTHORIZED,
                "unknown device or wrong credentials",
                Map.of("www-authenticate", "Basic realm=\"headrace\", charset=\"UTF-8\""));
    }

    static HttpProblem unavailable(String detail) {
        return new HttpProblem(HttpResponseStatus.SERVICE_UNAVAILABLE, detail, Map.of("retry-after", RETRY_SECONDS));
    }

    static HttpProblem tooMany(String detail) {
        return new HttpProblem(HttpResponseStatus.TOO_MANY_REQUESTS, detail, Map.of("retry-after", RETRY_SECONDS));
    }

    /** @param nanos after which the quota has room */
    static HttpProblem overQuota(long nanos) {
        long seconds = Math.max(1, Math.ceilDiv(nanos, 1_000_000_000L));
        return new HttpProblem(
                HttpResponseStatus.TOO_MANY_REQUESTS,
                "over the device's quota, send it again later",
                Map.of("retry-after", Long.toString(seconds)));
    }

    static HttpProblem bodyTooLarge(Limits limits) {
        return tooLarge("a body has at most " + limits.maxBody() + " bytes, inflated too");
    }

    static HttpProblem damaged(ContentCoding coding) {
        return badRequest("the body is no whole " + coding.token());
    }

    /** Its JSON; details are fixed texts and numbers, so that nothing needs escaping. */
    public String json() {
        return "{\"type\":\"about:blank\",\"title\":\"" + status.reasonPhrase() + "\",\"status\":" + status.code()
                + ",\"detail\":\"" + detail + "\"}";
    }
}
