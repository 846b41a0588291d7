package io.headrace.gateway.listen;

import io.netty.channel.ChannelHandler;

/**
 * A handler that frames a protocol within another one which says goodbye in its own words, as WebSocket does: who has
 * nothing more to say closes the channel, and leaves the ends of the socket to it.
 */
public interface ClosingHandshake extends ChannelHandler {}
