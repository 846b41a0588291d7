package io.headrace.gateway.amqp.codec;

/**
 * This side's state of a session, as a flow tells it (section 2.5.6).
 *
 * @param channel of the session
 * @param nextIncomingId of the next transfer that is expected
 * @param nextOutgoingId of the next transfer that is sent
 * @param window transfers that may be under way, in either direction
 */
public record SessionState(int channel, long nextIncomingId, long nextOutgoingId, long window) {}
