package io.headrace.streams.decode.avro;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Rejection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Primitive values of Avro's binary encoding (specification 1.12, Binary encoding). Avro's own decoder isn't used: it
 * makes room for as many bytes as a length announces before it looks whether they are there.
 */
final class AvroBytes {
    private static final int LONG_BYTES = 10;

    private final ByteBuffer in;

    /** @param from where the first value begins */
    AvroBytes(byte[] bytes, int from) {
        in = ByteBuffer.wrap(bytes, from, bytes.length - from).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean isAtEnd() {
        return !in.hasRemaining();
    }

    /** Of {@code int}, too, and of everything that counts. */
    long number() throws Rejection {
        long zigzag = 0;
        for (int i = 0; i < LONG_BYTES; i++) {
            require(1);
            byte next = in.get();
            zigzag |= (long) (next & 0x7F) << (7 * i);
            if (next >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw malformed("a number of more than " + LONG_BYTES + " bytes");
    }

    float floating() throws Rejection {
        require(Float.BYTES);
        return in.getFloat();
    }

    double doubleFloating() throws Rejection {
        require(Double.BYTES);
        return in.getDouble();
    }

    boolean flag() throws Rejection {
        require(1);
        return in.get() != 0;
    }

    /** Of {@code bytes} and {@code string}: how many follow. All of them are there. */
    int length() throws Rejection {
        long length = number();
        if (length < 0 || length > in.remaining()) {
            throw malformed("a length of more bytes than there are");
        }
        return (int) length;
    }

    /** @param length of {@link #length}, or of a fixed type */
    byte[] bytes(int length) throws Rejection {
        require(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** @param length of {@link #length} */
    String text(int length) throws Rejection {
        return new String(bytes(length), StandardCharsets.UTF_8);
    }

    /** How many elements of an array or a map come next; 0 for none any more. */
    long block() throws Rejection {
        long count = number();
        if (count < 0) {
            number(); // the block's size in bytes, for those who skip it
            count = -count;
        }
        if (count < 0) {
            throw malformed("a block of more elements than a number can say");
        }
        return count;
    }

    private void require(int bytes) throws Rejection {
        if (in.remaining() < bytes) {
            throw malformed("the payload ends early");
        }
    }

    Rejection malformed(String what) {
        return new Rejection(Reason.MALFORMED_AVRO, what + ", at byte " + in.position());
    }
}
