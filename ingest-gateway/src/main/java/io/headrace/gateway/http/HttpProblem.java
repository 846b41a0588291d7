package io.headrace.gateway.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/**
 * A refusal as RFC 9457 has it. The connection is closed after it, so that nothing that a device sent behind a refused
 * request is acknowledged before that request is sent again.
 *
 * @param status of the response
 * @param detail one sentence for who reads the device's log; never what the device sent
 * @param headers more headers of the response
 */
record HttpProblem(HttpResponseStatus status, String detail, Map<String, String> headers) {
    private static final String RETRY_SECONDS = "2";

    HttpProblem {
        headers = Map.copyOf(headers);
    }

    static HttpProblem of(HttpResponseStatus status, String detail) {
        return new HttpProblem(status, detail, Map.of());
    }

    static HttpProblem badRequest(String detail) {
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

    /** Its JSON; details are fixed texts and numbers, so that nothing needs escaping. */
    String json() {
        return "{\"type\":\"about:blank\",\"title\":\"" + status.reasonPhrase() + "\",\"status\":" + status.code()
                + ",\"detail\":\"" + detail + "\"}";
    }
}
