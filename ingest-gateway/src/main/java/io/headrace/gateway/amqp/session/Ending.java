package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Condition;
import java.util.Optional;

/**
 * Why a connection ends.
 *
 * @param condition what the peer is told, or would be if it could; empty where nothing went wrong
 * @param detail one line for a person, with nothing in it that the peer sent
 */
public record Ending(Optional<Condition> condition, String detail) {
    public static final Ending CLOSED = new Ending(Optional.empty(), "the device closed the connection");
    public static final Ending LOST = new Ending(Optional.empty(), "the connection was lost");
    public static final Ending SHUTDOWN = of(Condition.CONNECTION_FORCED, "the gateway shuts down");
    public static final Ending REVOKED = of(Condition.UNAUTHORIZED_ACCESS, "the device may not be connected any more");
    public static final Ending SILENT =
            of(Condition.RESOURCE_LIMIT_EXCEEDED, "nothing was heard for twice the idle time-out");
    public static final Ending NO_OPEN = of(Condition.RESOURCE_LIMIT_EXCEEDED, "the connection wasn't opened in time");
    public static final Ending NOT_READING =
            of(Condition.RESOURCE_LIMIT_EXCEEDED, "the peer doesn't read what it is sent");
    public static final Ending NOT_STORED =
            of(Condition.CONNECTION_FORCED, "not stored: send again what isn't accepted");
    static final Ending REFUSED = of(Condition.UNAUTHORIZED_ACCESS, "refused by SASL");

    static Ending of(Condition condition, String detail) {
        return new Ending(Optional.of(condition), detail);
    }
}
