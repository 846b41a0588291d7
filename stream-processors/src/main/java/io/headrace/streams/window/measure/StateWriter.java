package io.headrace.streams.window.measure;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes stored state compactly into a buffer that is used again and again. For one thread. */
public final class StateWriter {
    /** Octets of the length of a part. */
    static final int LENGTH = 3;

    private byte[] bytes = new byte[256];
    private int size;

    /** Starts anew. */
    public StateWriter reset() {
        size = 0;
        return this;
    }

    public void octet(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    /** Seven bits an octet, lowest first: small numbers, none negative, are short. */
    public void number(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** As {@link #number}, for either sign. */
    public void signed(long value) {
        number((value << 1) ^ (value >> 63));
    }

    public void real(double value) {
        room(8);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (bits >>> shift);
        }
    }

    public void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        room(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
    }

    /** Begins a part that a reader can pass over, and gives what {@link #end} wants. */
    public int begin() {
        room(LENGTH);
        size += LENGTH;
        return size;
    }

    public void end(int begun) {
        int length = size - begun;
        for (int i = 0; i < LENGTH; i++) {
            bytes[begun - 1 - i] = (byte) (length >>> (8 * i));
        }
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
