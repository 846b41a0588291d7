package io.headrace.gateway.amqp.codec;

/**
 * The bytes break the standard, or a limit: the connection is to be closed.
 *
 * @param condition as the standard names it
 * @param detail one line for a person, with nothing in it that the peer sent
 */
public record Malformed(Condition condition, String detail) implements Decoded {}
