package io.headrace.gateway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Packets as people write them down: the notation of {@code mqtt/cases.txt}, written without the codec under test. */
final class Bytes {
    private final String text;
    private int at;

    private Bytes(String text) {
        this.text = text;
    }

    /** Bytes of a line such as {@code 30 * "telemetry" {} 'x'}. */
    static byte[] of(String notation) {
        ByteBuf all = new Bytes(notation).read('\0');
        return toArray(all);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    private ByteBuf read(char end) {
        ByteBuf out = Unpooled.buffer();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == end) {
                return out;
            }
            switch (c) {
                case ' ', ';' -> {}
                case '"' -> twoByteLength(Unpooled.copiedBuffer(quoted('"'), StandardCharsets.UTF_8), out);
                case '\'' -> out.writeBytes(quoted('\'').getBytes(StandardCharsets.UTF_8));
                case '[' -> twoByteLength(read(']'), out);
                case '{' -> variableLength(read('}'), out);
                case '*' -> remaining(end, out);
                default -> hex(out);
            }
        }
        return out;
    }

    private String quoted(char end) {
        int close = text.indexOf(end, at);
        String inside = text.substring(at, close);
        at = close + 1;
        return inside;
    }

    /**
     * Up to the next packet: a {@code *} covers what follows, up to a {@code ;} or to the byte before the next one.
     */
    private void remaining(char end, ByteBuf out) {
        int nextStar = text.indexOf('*', at);
        int stop = nextStar < 0 ? text.length() : text.lastIndexOf(' ', nextStar - 2);
        int semicolon = text.indexOf(';', at);
        stop = semicolon < 0 ? stop : Math.min(stop, semicolon);
        Bytes rest = new Bytes(text.substring(at, stop));
        variableLength(rest.read(end), out);
        at = stop;
    }

    private void hex(ByteBuf out) {
        int start = at - 1;
        while (at < text.length() && Character.digit(text.charAt(at), 16) >= 0) {
            at++;
        }
        byte[] bytes = HexFormat.of().parseHex(text.substring(start, at));
        int times = 1;
        if (at < text.length() && text.charAt(at) == 'x') {
            int digits = ++at;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            times = Integer.parseInt(text.substring(digits, at));
        }
        for (int i = 0; i < times; i++) {
            out.writeBytes(bytes);
        }
    }

    private static void twoByteLength(ByteBuf inside, ByteBuf out) {
        out.writeShort(inside.readableBytes()).writeBytes(inside);
    }

    private static void variableLength(ByteBuf inside, ByteBuf out) {
        int left = inside.readableBytes();
        do {
            int digit = left % 128;
            left = left / 128;
            out.writeByte(left > 0 ? digit | 0x80 : digit);
        } while (left > 0);
        out.writeBytes(inside);
    }

    static byte[] toArray(ByteBuf bytes) {
        byte[] array = new byte[bytes.readableBytes()];
        bytes.readBytes(array);
        return array;
    }
}
