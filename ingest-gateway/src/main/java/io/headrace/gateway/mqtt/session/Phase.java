package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.mqtt.codec.Packet;

/** Where a connection stands in its life. */
sealed interface Phase {
    /** Nothing came yet. */
    record AwaitingConnect() implements Phase {}

    /** Asked who it is. */
    record Authenticating(Packet.Connect connect) implements Phase {}

    /** Known, and waiting for its session. */
    record Claiming(Packet.Connect connect, Verdict.Accepted device) implements Phase {}

    /**
     * Accepted with a CONNACK.
     *
     * @param connect how it began
     * @param exchange what goes on since
     */
    record Connected(Packet.Connect connect, Exchange exchange) implements Phase {}

    /** Over: nothing has an effect any more. */
    record Ended() implements Phase {}
}
