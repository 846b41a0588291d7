package io.headrace.streams.decode.sparkplug;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes a protocol buffer field by field, as protocol buffers' own library does. */
public final class Wire {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    private interface Writing {
        void write() throws IOException;
    }

    /** A payload with its time and sequence. */
    public static Wire payload(long timestamp, long sequence) {
        return new Wire().number(1, timestamp).number(3, sequence);
    }

    /** A metric of a birth certificate, with a value in its int field. */
    public static Wire born(String name, long alias, int datatype, long value) {
        return new Wire()
                .text(1, name)
                .number(2, alias)
                .number(3, 1_750_000_000_000L)
                .number(4, datatype)
                .number(10, value);
    }

    /** A metric of data, by its alias. */
    public static Wire aliased(long alias, long value) {
        return new Wire().number(2, alias).number(10, value);
    }

    public Wire number(int field, long value) {
        return then(() -> out.writeUInt64(field, value));
    }

    public Wire floating(int field, float value) {
        return then(() -> out.writeFloat(field, value));
    }

    public Wire doubleFloating(int field, double value) {
        return then(() -> out.writeDouble(field, value));
    }

    public Wire text(int field, String value) {
        return then(() -> out.writeString(field, value));
    }

    public Wire bytes(int field, int... values) {
        byte[] content = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            content[i] = (byte) values[i];
        }
        return then(() -> out.writeByteArray(field, content));
    }

    public Wire message(int field, Wire message) {
        byte[] content = message.bytes();
        return then(() -> out.writeByteArray(field, content));
    }

    /** A metric of a payload. */
    public Wire metric(Wire metric) {
        return message(2, metric);
    }

    public byte[] bytes() {
        then(out::flush);
        return bytes.toByteArray();
    }

    private Wire then(Writing writing) {
        try {
            writing.write();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
