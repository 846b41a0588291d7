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
    private @Nullable Unfinished takenFrom;
    private int taken;

    Inbound(int maxPacket) {
        this.decoder = new Decoder(maxPacket);
    }

    void add(ByteBufAllocator allocator, ByteBuf received) {
        bytes = bytes == null ? received : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, bytes, received);
    }

    Decoded next() {
        return bytes == null ? Decoded.Incomplete.INSTANCE : decoder.decode(bytes);
    }

    /**
     * Gives back what is decoded.
     *
     * @param unfinished where a large packet that isn't complete is counted
     * @return whether there is room for what is left
     */
    boolean trim(Unfinished unfinished) {
        if (bytes != null && !bytes.isReadable()) {
            release();
        } else if (bytes != null && bytes.refCnt() == 1) {
            bytes.discardSomeReadBytes();
        }
        int left = bytes == null ? 0 : bytes.readableBytes();
        return left == taken || (left <= Unfinished.FREE && taken == 0) || count(left, unfinished);
    }

    /** While decoding has to wait, a place is held only for what waits: others' packets may need the rest of it. */
    void giveBackDecoded() {
        int left = bytes == null ? 0 : bytes.readableBytes();
        if (takenFrom != null && left < taken) {
            takenFrom.give(taken - left);
            taken = left;
        }
    }

    private boolean count(int left, Unfinished unfinished) {
        giveBack();
        if (left > Unfinished.FREE) {
            if (!unfinished.take(left)) {
                return false;
            }
            takenFrom = unfinished;
            taken = left;
        }
        return true;
    }

    private void giveBack() {
        if (takenFrom != null) {
            takenFrom.give(taken);
            takenFrom = null;
            taken = 0;
        }
    }

    void release() {
        giveBack();
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
