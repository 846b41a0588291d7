package io.headrace.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;

/**
 * Well-formedness of MQTT's UTF-8 strings: no overlong forms, no surrogates, nothing above U+10FFFF (Unicode 3.9 D92,
 * table 3-7) and no U+0000 [MQTT-1.5.4-1, -2; 3.1.1: MQTT-1.5.3-1, -2]. A byte order mark is text [MQTT-1.5.4-3]; control
 * and non-characters are only advised against, and are let through.
 */
final class Utf8 {
    private Utf8() {}

    /** Count of leading bytes that are ASCII other than NUL. */
    static int asciiPrefix(ByteBuf in, int from, int length) {
        for (int i = 0; i < length; i++) {
            if (in.getByte(from + i) <= 0) {
                return i;
            }
        }
        return length;
    }

    static boolean isWellFormed(ByteBuf in, int from, int length) {
        int end = from + length;
        int at = from;
        while (at < end) {
            int size = sizeOfWellFormed(in, at, end);
            if (size == 0) {
                return false;
            }
            at += size;
        }
        return true;
    }

    /** Bytes of the character at a place; 0 where there is none. */
    private static int sizeOfWellFormed(ByteBuf in, int at, int end) {
        int first = in.getUnsignedByte(at);
        if (first < 0x80) {
            return first == 0 ? 0 : 1;
        }
        int size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (size == 0 || at + size > end || !isSecond(first, in.getUnsignedByte(at + 1))) {
            return 0;
        }
        for (int i = 2; i < size; i++) {
            if ((in.getByte(at + i) & 0xC0) != 0x80) {
                return 0;
            }
        }
        return size;
    }

    private static boolean isSecond(int first, int second) {
        int low =
                switch (first) {
                    case 0xE0 -> 0xA0;
                    case 0xF0 -> 0x90;
                    default -> 0x80;
                };
        int high =
                switch (first) {
                    case 0xED -> 0x9F;
                    case 0xF4 -> 0x8F;
                    default -> 0xBF;
                };
        return second >= low && second <= high;
    }
}
