package io.headrace.gateway.amqp.session;

import io.headrace.gateway.identity.Verdict;

/** How far a connection has come. */
sealed interface Phase {
    /** Nothing has come yet. */
    record AwaitingSasl() implements Phase {}

    /** The mechanisms are offered. */
    record AwaitingInit() implements Phase {}

    /** SASL is over, and AMQP's own header is due. */
    record AwaitingHeader(Verdict.Accepted device) implements Phase {}

    record AwaitingOpen(Verdict.Accepted device) implements Phase {}

    record Opened(Verdict.Accepted device, Surroundings around) implements Phase {}

    record Ended() implements Phase {}
}
