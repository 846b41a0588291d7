package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.FrameEncoder;
import io.headrace.gateway.amqp.message.MessageReader;

/**
 * What the sessions and links of one connection share.
 *
 * @param host the connection
 * @param downlink the same, for commands
 * @param out where frames go
 * @param reader of its messages
 * @param limits what it grants
 */
record Surroundings(Host host, Downlink downlink, FrameEncoder out, MessageReader reader, SessionLimits limits) {}
