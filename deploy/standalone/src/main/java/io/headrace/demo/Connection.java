package io.headrace.demo;

import java.util.concurrent.CompletionStage;

/** A device's connection to the gateway, by a client library that isn't Headrace's. */
interface Connection extends AutoCloseable {
    /** Completed when the gateway has acknowledged; exceptionally with {@link NotAcceptedException} where it hasn't. */
    CompletionStage<Void> send(Outgoing message);

    /** How many sends may wait for their acknowledgement at once. */
    int window();

    @Override
    void close();
}
