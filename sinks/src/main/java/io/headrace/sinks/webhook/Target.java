package io.headrace.sinks.webhook;

import java.io.Closeable;

/** Takes requests. Safe for use by several threads. */
interface Target extends Closeable {
    /**
     * Sends one request and waits for its answer, at most for the request time-out.
     *
     * @param id the same for each try of one record
     * @param body JSON, UTF-8
     */
    Answer post(String id, byte[] body);

    @Override
    void close();
}
