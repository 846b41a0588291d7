package io.headrace.gateway.mqtt;

import io.headrace.gateway.mqtt.codec.Decoded;
import io.headrace.gateway.mqtt.codec.Decoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of one connection that aren't decoded yet: less than one packet, and what came in the same read while decoding
 * had to wait. As many as were received, whatever length the peer announced. For the connection's event loop.
 */
final class Inbound {
    private final Decoder decoder;
    private @Nullable ByteBuf bytes;

    Inbound(int maxPacket) {
        this.decoder = new Decoder(maxPacket);
    }

    void add(ByteBufAllocator allocator, ByteBuf received) {
        bytes = bytes == null ? received : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, bytes, received);
    }

    Decoded next() {
        return bytes == null ? Decoded.Incomplete.INSTANCE : decoder.decode(bytes);
    }

    /** Gives back what is decoded. */
    void trim() {
        if (bytes != null && !bytes.isReadable()) {
            release();
        } else if (bytes != null && bytes.refCnt() == 1) {
            bytes.discardSomeReadBytes();
        }
    }

    void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
