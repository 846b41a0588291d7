package io.headrace.streams.window;

import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link StateWriter} wrote. State is written by this package alone, so bytes that don't read are a bug or a
 * damaged store: {@link IllegalStateException} or {@link ArrayIndexOutOfBoundsException} stops the task.
 */
final class StateReader {
    private final byte[] bytes;
    private int position;

    StateReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalStateException where the state was written by another version of the program */
    void expectVersion(int version, String what) {
        int found = octet();
        if (found != version) {
            throw new IllegalStateException(
                    "stored " + what + " has version " + found + ", this program reads " + version);
        }
    }

    int octet() {
        return bytes[position++] & 0xFF;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int octet = octet();
            value |= (octet & 0x7FL) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new IllegalStateException("stored state is damaged: a number without an end");
    }

    /** A number that counts what follows: never more than the bytes there are allow. */
    int count() {
        long value = number();
        if (value < 0 || value > 2L * bytes.length) {
            throw new IllegalStateException("stored state is damaged: a count of " + value);
        }
        return (int) value;
    }

    long signed() {
        long value = number();
        return (value >>> 1) ^ -(value & 1);
    }

    double real() {
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = bits << 8 | octet();
        }
        return Double.longBitsToDouble(bits);
    }

    String text() {
        int length = count();
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }
}
