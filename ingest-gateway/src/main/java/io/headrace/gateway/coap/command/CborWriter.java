package io.headrace.gateway.coap.command;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes items of CBOR, each in its shortest form (RFC 8949 §4.2.1). */
final class CborWriter {
    private static final int NUMBER = 0;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int MAP = 5;

    private final ByteArrayOutputStream out;

    CborWriter(int size) {
        this.out = new ByteArrayOutputStream(size);
    }

    /** As many pairs follow. */
    CborWriter map(int pairs) {
        return head(MAP, pairs);
    }

    /** @param value not negative */
    CborWriter number(long value) {
        return head(NUMBER, value);
    }

    CborWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        head(TEXT, utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    CborWriter bytes(byte[] bytes) {
        head(BYTES, bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    private CborWriter head(int major, long value) {
        int length = value < 24 ? 0 : value <= 0xFF ? 1 : value <= 0xFFFF ? 2 : value <= 0xFFFF_FFFFL ? 4 : 8;
        int said =
                switch (length) {
                    case 0 -> (int) value;
                    case 1 -> 24;
                    case 2 -> 25;
                    case 4 -> 26;
                    default -> 27;
                };
        out.write((major << 5) | said);
        for (int i = length - 1; i >= 0; i--) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    byte[] written() {
        return out.toByteArray();
    }
}
