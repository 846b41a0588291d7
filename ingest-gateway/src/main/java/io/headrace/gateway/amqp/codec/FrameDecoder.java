package io.headrace.gateway.amqp.codec;

import io.netty.buffer.ByteBuf;

/**
 * Cuts a connection's bytes into protocol headers and frames (sections 2.2 and 2.3). Which of them comes next, the
 * negotiation knows and says. For one thread.
 */
public final class FrameDecoder {
    private static final int HEADER_BYTES = 8;
    private static final int MIN_FRAME = 8;
    private static final byte[] NAME = {'A', 'M', 'Q', 'P'};
    private static final int SASL = 1;

    private final PerformativeDecoder bodies = new PerformativeDecoder();
    private int type = -1;
    private long maxFrame;

    /** From here on frames of SASL come, of so many bytes at most. */
    public void expectSaslFrames(int max) {
        type = SASL;
        maxFrame = max;
    }

    /** From here on frames of AMQP come, of so many bytes at most. */
    public void expectFrames(int max) {
        type = 0;
        maxFrame = max;
    }

    /** A protocol header comes next, as at the start. */
    public void expectHeader() {
        type = -1;
    }

    /** Takes the next header or frame from the buffer. */
    public Decoded decode(ByteBuf in) {
        try {
            return type < 0 ? header(in) : frame(in);
        } catch (Violation e) {
            return new Malformed(e.condition(), e.detail());
        }
    }

    private static Decoded header(ByteBuf in) throws Violation {
        int known = Math.min(NAME.length, in.readableBytes());
        for (int i = 0; i < known; i++) {
            if (in.getByte(in.readerIndex() + i) != NAME[i]) {
                throw new Violation(Condition.FRAMING_ERROR, "this is not AMQP");
            }
        }
        if (in.readableBytes() < HEADER_BYTES) {
            return Decoded.Incomplete.INSTANCE;
        }
        in.skipBytes(NAME.length);
        int id = in.readUnsignedByte();
        int version = in.readUnsignedMedium();
        return new Decoded.ProtocolHeader(id, version == 0x01_00_00);
    }

    private Decoded frame(ByteBuf in) throws Violation {
        if (in.readableBytes() < Integer.BYTES) {
            return Decoded.Incomplete.INSTANCE;
        }
        int start = in.readerIndex();
        long size = in.getUnsignedInt(start);
        if (size < MIN_FRAME) {
            throw new Violation(Condition.FRAMING_ERROR, "a frame is shorter than its own head");
        }
        if (size > maxFrame) {
            throw new Violation(Condition.FRAMING_ERROR, "a frame is longer than the limit");
        }
        if (in.readableBytes() < size) {
            return Decoded.Incomplete.INSTANCE;
        }
        int end = start + (int) size;
        in.readerIndex(end);
        int offset = in.getUnsignedByte(start + 4) * 4;
        if (offset < MIN_FRAME || offset > size) {
            throw new Violation(Condition.FRAMING_ERROR, "a frame's data offset is outside of it");
        }
        if (in.getUnsignedByte(start + 5) != type) {
            throw new Violation(Condition.FRAMING_ERROR, "a frame of another type than is due");
        }
        return body(in, start, start + offset, end);
    }

    private Decoded body(ByteBuf in, int start, int from, int end) throws Violation {
        if (type == SASL) {
            return bodies.sasl(in, from, end);
        }
        return from == end ? Decoded.Empty.FRAME : bodies.amqp(in.getUnsignedShort(start + 6), in, from, end);
    }
}
