package io.headrace.streams.decode.sparkplug;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Elements of the array datatypes, packed little endian in bytes (Sparkplug 3.0, 6.4.16; the examples there for floats are
 * big endian and contradict their text, which Tahu follows, too).
 */
final class Arrays {
    private static final int BITS = 8;

    private Arrays() {}

    /**
     * As {@code Long}, {@code Double}, {@code Boolean} or {@code String}.
     *
     * @param name for who reads why there are none
     */
    static List<Object> elements(String name, DataType type, byte[] bytes) throws Rejection {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return switch (type) {
            case INT8_ARRAY -> each(name, in, Byte.BYTES, () -> (long) in.get());
            case INT16_ARRAY -> each(name, in, Short.BYTES, () -> (long) in.getShort());
            case INT32_ARRAY -> each(name, in, Integer.BYTES, () -> (long) in.getInt());
            case INT64_ARRAY, UINT64_ARRAY, DATE_TIME_ARRAY -> each(name, in, Long.BYTES, in::getLong);
            case UINT8_ARRAY -> each(name, in, Byte.BYTES, () -> (long) Byte.toUnsignedInt(in.get()));
            case UINT16_ARRAY -> each(name, in, Short.BYTES, () -> (long) Short.toUnsignedInt(in.getShort()));
            case UINT32_ARRAY -> each(name, in, Integer.BYTES, () -> Integer.toUnsignedLong(in.getInt()));
            case FLOAT_ARRAY -> each(name, in, Float.BYTES, () -> (double) in.getFloat());
            case DOUBLE_ARRAY -> each(name, in, Double.BYTES, in::getDouble);
            case BOOLEAN_ARRAY -> flags(name, in);
            case STRING_ARRAY -> texts(name, bytes);
            default ->
                throw new Rejection(
                        Reason.MALFORMED_SPARKPLUG,
                        "the value of " + Text.shown(name) + " isn't of its datatype " + type);
        };
    }

    private interface Element {
        Object next();
    }

    private static List<Object> each(String name, ByteBuffer in, int width, Element element) throws Rejection {
        int count = in.remaining() / width;
        if (count > SparkplugReader.MAX_ELEMENTS) {
            throw tooMany(name);
        }
        if (in.remaining() % width != 0) {
            throw broken(name);
        }
        List<Object> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            elements.add(element.next());
        }
        return elements;
    }

    /** Their number, then eight in a byte, the highest bit first. */
    private static List<Object> flags(String name, ByteBuffer in) throws Rejection {
        long count = in.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(in.getInt());
        if (count > SparkplugReader.MAX_ELEMENTS) {
            throw tooMany(name);
        }
        if (count < 0 || in.remaining() != (count + BITS - 1) / BITS) {
            throw broken(name);
        }
        List<Object> elements = new ArrayList<>((int) count);
        int first = in.position();
        for (int i = 0; i < count; i++) {
            elements.add((in.get(first + i / BITS) >> (BITS - 1 - i % BITS) & 1) == 1);
        }
        return elements;
    }

    /** A zero ends each. */
    private static List<Object> texts(String name, byte[] bytes) throws Rejection {
        List<Object> elements = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                if (elements.size() == SparkplugReader.MAX_ELEMENTS) {
                    throw tooMany(name);
                }
                elements.add(new String(bytes, from, i - from, StandardCharsets.UTF_8));
                from = i + 1;
            }
        }
        if (from != bytes.length) {
            throw broken(name);
        }
        return elements;
    }

    private static Rejection tooMany(String name) {
        return new Rejection(
                Reason.TOO_MANY_VALUES,
                "the array " + Text.shown(name) + " has more than " + SparkplugReader.MAX_ELEMENTS + " elements");
    }

    private static Rejection broken(String name) {
        return new Rejection(Reason.MALFORMED_SPARKPLUG, "the array " + Text.shown(name) + " isn't of whole elements");
    }
}
