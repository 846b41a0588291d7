package io.headrace.gateway.amqp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.codec.CodecFactory;
import org.apache.qpid.protonj2.codec.Decoder;
import org.apache.qpid.protonj2.codec.Encoder;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.apache.qpid.protonj2.types.transport.Transfer;
import org.jspecify.annotations.Nullable;

/** Frames as Qpid's codec writes and reads them: another's idea of the standard than ours. */
final class Frames {
    private static final int HEADER = 0x414D5150;

    private Frames() {}

    static ProtonBuffer buffer(byte[] bytes) {
        return ProtonBufferAllocator.defaultAllocator().copy(bytes);
    }

    static byte[] sasl(Object performative) {
        return frame(1, 0, encoded(CodecFactory.getSaslEncoder(), performative), new byte[0]);
    }

    static byte[] amqp(int channel, Object performative, byte[] payload) {
        return frame(0, channel, encoded(CodecFactory.getEncoder(), performative), payload);
    }

    /** Sections of a message, one after the other. */
    static byte[] sections(Object... sections) {
        ByteBuffer all = ByteBuffer.allocate(4 << 20);
        for (Object section : sections) {
            all.put(encoded(CodecFactory.getEncoder(), section));
        }
        return flipped(all);
    }

    private static byte[] flipped(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] encoded(Encoder encoder, Object value) {
        ProtonBuffer out = ProtonBufferAllocator.defaultAllocator().allocate();
        encoder.writeObject(out, encoder.newEncoderState(), value);
        byte[] bytes = new byte[out.getReadableBytes()];
        out.readBytes(bytes, 0, bytes.length);
        return bytes;
    }

    private static byte[] frame(int type, int channel, byte[] body, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(8 + body.length + payload.length);
        frame.putInt(frame.capacity()).put((byte) 2).put((byte) type).putShort((short) channel);
        return flipped(frame.put(body).put(payload));
    }

    /** A transfer and what it carries. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Sent(Transfer head, byte[] payload) {}

    /** Sections of a message, as they were encoded. */
    static List<Object> read(byte[] message) {
        List<Object> sections = new ArrayList<>();
        ProtonBuffer in = buffer(message);
        Decoder decoder = CodecFactory.getDecoder();
        while (in.isReadable()) {
            sections.add(decoder.readObject(in, decoder.newDecoderState()));
        }
        return sections;
    }

    /** Headers and frames, each whole. */
    static List<Object> cut(byte[] bytes) {
        List<Object> all = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            int size = in.getInt();
            if (size == HEADER) {
                all.add("header " + in.get());
                in.get(new byte[3]);
                continue;
            }
            in.get();
            int type = in.get();
            in.getShort();
            byte[] body = new byte[size - 8];
            in.get(body);
            Decoder decoder = type == 1 ? CodecFactory.getSaslDecoder() : CodecFactory.getDecoder();
            all.add(body.length == 0 ? "empty" : read(decoder, buffer(body)));
        }
        return all;
    }

    private static Object read(Decoder decoder, ProtonBuffer body) {
        Object performative = decoder.readObject(body, decoder.newDecoderState());
        if (performative instanceof Transfer head) {
            byte[] payload = new byte[body.getReadableBytes()];
            body.readBytes(payload, 0, payload.length);
            return new Sent(head, payload);
        }
        return performative;
    }

    static String shown(@Nullable Object state) {
        return switch (state) {
            case null -> "-";
            case ErrorCondition error -> error.getCondition().toString();
            case Rejected rejected -> "rejected " + shown(rejected.getError());
            default -> state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        };
    }
}
