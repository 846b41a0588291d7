package io.headrace.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** A device publishes to the same topic again and again: remembers one short string with its bytes. */
final class LastText {
    private static final int LONGEST = 256;

    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    private String text = "";

    boolean isAt(ByteBuf in, int from, int length) {
        return length == bytes.capacity() && ByteBufUtil.equals(bytes, 0, in, from, length);
    }

    String text() {
        return text;
    }

    void keep(String seen, ByteBuf in, int from, int length) {
        if (length <= LONGEST) {
            bytes = Unpooled.wrappedBuffer(ByteBufUtil.getBytes(in, from, length, true));
            text = seen;
        }
    }
}
