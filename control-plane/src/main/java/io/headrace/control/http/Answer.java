package io.headrace.control.http;

import java.util.Optional;

/** What an endpoint gives back. */
public sealed interface Answer {
    /**
     * A value as JSON.
     *
     * @param location of what was made; empty for none
     */
    record Body(int status, Object value, Optional<String> location) implements Answer {}

    /** Done, and nothing to say. */
    record Nothing() implements Answer {}

    /**
     * Bytes as they are.
     *
     * @param cache value of {@code Cache-Control}
     */
    // Made, sent and forgotten: never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Content(String mediaType, byte[] bytes, String cache) implements Answer {}

    /** Server-sent events, until either side ends it. */
    record Events(EventSource source) implements Answer {}

    /** A body of unknown length, a piece at a time, until the source returns. */
    record Lines(String mediaType, LineSource source) implements Answer {}

    /** Writes to one client on the thread of its request. */
    @FunctionalInterface
    interface LineSource {
        /**
         * Returns when all is written.
         *
         * @param out blocks while the client doesn't read; flushed by whoever writes
         * @throws java.io.IOException where the client is gone
         * @throws InterruptedException where the client was too slow, or the server stops
         */
        void write(java.io.OutputStream out) throws java.io.IOException, InterruptedException;
    }

    /** Sends events to one client on the thread of its request. */
    @FunctionalInterface
    interface EventSource {
        /**
         * Returns when there is nothing more to send.
         *
         * @throws java.io.IOException where the client is gone
         * @throws InterruptedException where the client was too slow, or the server stops
         */
        void feed(EventSink sink) throws java.io.IOException, InterruptedException;
    }

    /** Where one client's events go. */
    @FunctionalInterface
    interface EventSink {
        /**
         * Sends at once; blocks while the client doesn't read.
         *
         * @param name of the event; a comment line where empty
         * @param data one line
         */
        void send(String name, String data) throws java.io.IOException;
    }

    /** 200 with JSON. */
    static Answer ok(Object value) {
        return new Body(200, value, Optional.empty());
    }

    /** 201 with JSON. */
    static Answer created(String location, Object value) {
        return new Body(201, value, Optional.of(location));
    }
}
