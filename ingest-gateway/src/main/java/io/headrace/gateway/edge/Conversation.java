package io.headrace.gateway.edge;

import io.netty.buffer.ByteBuf;

/** One connection as its socket sees it. Every call comes on the connection's event loop. */
public interface Conversation {
    /** @param bytes taken over */
    void received(ByteBuf bytes);

    /** All is received that could be read at once: what is gathered may go out. */
    void flush();

    /** Something that stopped the decoding may be over. */
    void goOn();

    /** The gateway stops: nothing new is taken, and the connection ends when all is answered. */
    void drain();

    /** The connection is gone. */
    void lost();
}
