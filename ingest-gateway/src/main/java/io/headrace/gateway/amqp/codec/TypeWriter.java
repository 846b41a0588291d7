package io.headrace.gateway.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes frames whose body is one described list, field by field; a field may be such a list itself. Or such lists, one
 * after the other, without a frame. For one thread.
 */
public final class TypeWriter {
    private static final int DATA_OFFSET = 2;
    private static final int SMALL = 0xFF;
    private static final int DEEPEST = 3;
    private static final byte[] NOTHING = {};

    private final int[] starts = new int[DEEPEST];
    private final int[] counts = new int[DEEPEST];
    private int depth;
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private int frame;

    void begin(ByteBuf buffer, int type, int channel, int descriptor) {
        out = buffer;
        frame = buffer.writerIndex();
        out.writeInt(0);
        out.writeByte(DATA_OFFSET).writeByte(type).writeShort(channel);
        depth = -1;
        beginList(descriptor);
    }

    void end() {
        end(NOTHING, 0, 0);
    }

    /** Ends a frame that has a payload behind its body. */
    void end(byte[] payload, int from, int to) {
        endList();
        out.writeBytes(payload, from, to - from);
        out.setInt(frame, out.writerIndex() - frame);
    }

    /** From here on lists are written there, without a frame around them. */
    public void over(ByteBuf buffer) {
        out = buffer;
        depth = -1;
    }

    /** Begins a list; what is written from here on is in it, up to its end. */
    public void beginList(int descriptor) {
        if (depth >= 0) {
            counts[depth]++;
        }
        depth++;
        out.writeByte(TypeReader.DESCRIBED).writeByte(0x53).writeByte(descriptor);
        starts[depth] = out.writerIndex();
        counts[depth] = 0;
        out.writeByte(0xD0).writeInt(0).writeInt(0);
    }

    public void endList() {
        int start = starts[depth];
        int sizeAt = start + 1;
        out.setInt(sizeAt, out.writerIndex() - sizeAt - Integer.BYTES);
        out.setInt(sizeAt + Integer.BYTES, counts[depth]);
        depth--;
    }

    private ByteBuf field() {
        counts[depth]++;
        return out;
    }

    public void nothing() {
        field().writeByte(TypeReader.NULL);
    }

    void bool(boolean value) {
        field().writeByte(value ? 0x41 : 0x42);
    }

    void ubyte(int value) {
        field().writeByte(0x50).writeByte(value);
    }

    void ushort(int value) {
        field().writeByte(0x60).writeShort(value);
    }

    public void uint(long value) {
        if (value == 0) {
            field().writeByte(0x43);
        } else if (value <= SMALL) {
            field().writeByte(0x52).writeByte((int) value);
        } else {
            field().writeByte(0x70).writeInt((int) value);
        }
    }

    void ulong(long value) {
        field().writeByte(0x80).writeLong(value);
    }

    /** @param millis of the epoch */
    public void timestamp(long millis) {
        field().writeByte(0x83).writeLong(millis);
    }

    /** A section that is bytes and nothing else. */
    public void binarySection(int descriptor, byte[] bytes) {
        out.writeByte(TypeReader.DESCRIBED).writeByte(0x53).writeByte(descriptor);
        out.writeByte(0xB0).writeInt(bytes.length).writeBytes(bytes);
    }

    /** A delivery's tag of four bytes. */
    void tag(int value) {
        field().writeByte(0xA0).writeByte(Integer.BYTES).writeInt(value);
    }

    public void string(String text) {
        field().writeByte(0xB1);
        int sizeAt = out.writerIndex();
        out.writeInt(0);
        out.setInt(sizeAt, ByteBufUtil.writeUtf8(out, text));
    }

    /** @param text ASCII, 255 characters at most */
    public void symbol(String text) {
        field().writeByte(0xA3).writeByte(text.length());
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    /** An array, whose elements share one constructor. */
    void symbols(List<String> texts) {
        field().writeByte(0xF0);
        int sizeAt = out.writerIndex();
        out.writeInt(0).writeInt(texts.size()).writeByte(0xA3);
        for (String text : texts) {
            out.writeByte(text.length());
            out.writeCharSequence(text, StandardCharsets.US_ASCII);
        }
        out.setInt(sizeAt, out.writerIndex() - sizeAt - Integer.BYTES);
    }

    /** A value as it was encoded elsewhere. */
    void bytes(byte[] encoded) {
        field().writeBytes(encoded);
    }
}
