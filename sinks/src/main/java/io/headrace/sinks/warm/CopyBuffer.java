package io.headrace.sinks.warm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows in PostgreSQL's binary COPY format (PostgreSQL documentation, COPY, "Binary Format"): a header, rows of
 * length-prefixed fields, a trailer. Grows to the largest batch and is used again.
 */
final class CopyBuffer {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    /** 2000-01-01T00:00:00Z, where PostgreSQL's time begins, in microseconds since 1970. */
    private static final long DAYS_TO_2000 = 10_957;

    private static final long EPOCH_2000 = 946_684_800_000_000L;

    private byte[] bytes = new byte[1 << 16];
    private int length;

    /** Forgets what was written, and writes the header. */
    CopyBuffer begin() {
        length = 0;
        raw(HEADER);
        return this;
    }

    /** Writes the trailer. */
    CopyBuffer end() {
        return int2(-1);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    CopyBuffer row(int fields) {
        return int2(fields);
    }

    CopyBuffer text(@Nullable String value) {
        if (value == null) {
            return put4(-1);
        }
        int chars = value.length();
        room(4 + chars);
        for (int i = 0; i < chars; i++) {
            char each = value.charAt(i);
            if (each >= 0x80) {
                return utf8(value.getBytes(StandardCharsets.UTF_8));
            }
            bytes[length + 4 + i] = (byte) each;
        }
        put4(chars);
        length += chars;
        return this;
    }

    private CopyBuffer utf8(byte[] text) {
        put4(text.length);
        raw(text);
        return this;
    }

    CopyBuffer int4(int value) {
        return put4(4).put4(value);
    }

    CopyBuffer int8(long value) {
        return put4(8).put8(value);
    }

    CopyBuffer bool(boolean value) {
        put4(1);
        room(1);
        bytes[length++] = (byte) (value ? 1 : 0);
        return this;
    }

    CopyBuffer number(@Nullable Double value) {
        return value == null ? put4(-1) : number(value.doubleValue());
    }

    CopyBuffer number(double value) {
        return put4(8).put8(Double.doubleToRawLongBits(value));
    }

    /** A date, from days since 1970; negative for null. */
    CopyBuffer date(long epochDay) {
        return epochDay < 0 ? put4(-1) : int4((int) (epochDay - DAYS_TO_2000));
    }

    /** A timestamp with time zone, from microseconds since 1970. */
    CopyBuffer time(long micros) {
        return put4(8).put8(micros - EPOCH_2000);
    }

    /** An interval of microseconds, no days and no months. */
    CopyBuffer interval(long micros) {
        return put4(16).put8(micros).put4(0).put4(0);
    }

    private void raw(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private CopyBuffer int2(int value) {
        room(2);
        bytes[length++] = (byte) (value >>> 8);
        bytes[length++] = (byte) value;
        return this;
    }

    private CopyBuffer put4(int value) {
        room(4);
        INT.set(bytes, length, value);
        length += 4;
        return this;
    }

    private CopyBuffer put8(long value) {
        room(8);
        LONG.set(bytes, length, value);
        length += 8;
        return this;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
        }
    }
}
