package io.headrace.gateway.amqp.message;

import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.ingest.Message;

/** What the bytes of a delivery amount to. */
public sealed interface Content {
    /** A message that can be stored. */
    record Good(Message message) implements Content {}

    /**
     * Nothing that can be stored, ever.
     *
     * @param answer a rejection
     */
    record Refused(Outcome answer) implements Content {}
}
