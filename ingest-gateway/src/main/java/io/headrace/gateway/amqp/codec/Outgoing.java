package io.headrace.gateway.amqp.codec;

/**
 * A delivery of this side's.
 *
 * @param channel of its session
 * @param handle of its link
 * @param id within the session
 * @param isSettled whether no answer is wanted
 * @param message its sections, as encoded
 */
@SuppressWarnings("ArrayRecordComponent") // sent and never compared
public record Outgoing(int channel, long handle, long id, boolean isSettled, byte[] message) {}
