package io.headrace.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;

/** A device publishes to the same topic again and again: remembers one short string with its bytes. */
final class LastText {
    private static final int LONGEST = 256;

    private int bytes;
    /** Its bytes, eight in each; the last ones in {@link #rest}. */
    private long[] words = {};

    private byte[] rest = {};
    private String text = "";

    boolean isAt(ByteBuf in, int from, int length) {
        if (length != bytes) {
            return false;
        }
        int at = from;
        for (long word : words) {
            if (in.getLong(at) != word) {
                return false;
            }
            at += Long.BYTES;
        }
        for (byte each : rest) {
            if (in.getByte(at++) != each) {
                return false;
            }
        }
        return true;
    }

    String text() {
        return text;
    }

    void keep(String seen, ByteBuf in, int from, int length) {
        if (length > LONGEST) {
            return;
        }
        long[] whole = new long[length / Long.BYTES];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = in.getLong(from + i * Long.BYTES);
        }
        byte[] others = new byte[length % Long.BYTES];
        in.getBytes(from + length - others.length, others);
        words = whole;
        rest = others;
        bytes = length;
        text = seen;
    }
}
