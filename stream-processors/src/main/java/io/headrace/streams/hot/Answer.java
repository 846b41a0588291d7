package io.headrace.streams.hot;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** What is answered over HTTP: JSON, or problem JSON where the status isn't 200. */
record Answer(int status, String body) {
    private static final int UNAVAILABLE = 503;

    static Answer of(String body) {
        return new Answer(200, body);
    }

    static Answer problem(int status, String detail) {
        return new Answer(
                status,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("type", "about:blank")
                        .put("status", status)
                        .put("detail", detail)
                        .toString());
    }

    /** For what time heals. */
    static Answer unavailable(String detail) {
        return problem(UNAVAILABLE, detail);
    }

    boolean isUnavailable() {
        return status == UNAVAILABLE;
    }
}
