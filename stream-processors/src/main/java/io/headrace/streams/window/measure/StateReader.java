package io.headrace.streams.window.measure;

import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link StateWriter} wrote. State is written by this program alone, so bytes that don't read are a bug or a
 * damaged store: {@link IllegalStateException} or {@link ArrayIndexOutOfBoundsException} stops the task.
 */
public final class StateReader {
    private final byte[] bytes;
    private int position;

    public StateReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The version of what follows, from 1 on.
     *
     * @throws IllegalStateException where a later version of the program wrote it
     */
    public int version(int newest, String what) {
        int found = octet();
        if (found < 1 || found > newest) {
            throw new IllegalStateException(
                    "stored " + what + " has version " + found + ", this program reads 1 to " + newest);
        }
        return found;
    }

    public int octet() {
        return bytes[position++] & 0xFF;
    }

    public long number() {
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
    public int count() {
        long value = number();
        if (value < 0 || value > 2L * bytes.length) {
            throw new IllegalStateException("stored state is damaged: a count of " + value);
        }
        return (int) value;
    }

    public long signed() {
        long value = number();
        return (value >>> 1) ^ -(value & 1);
    }

    public double real() {
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = bits << 8 | octet();
        }
        return Double.longBitsToDouble(bits);
    }

    public String text() {
        int length = count();
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    /** Octets of the part that follows. */
    public int begin() {
        int length = 0;
        for (int i = 0; i < StateWriter.LENGTH; i++) {
            length = length << 8 | octet();
        }
        return length;
    }

    public void skip(int octets) {
        position += octets;
    }
}
