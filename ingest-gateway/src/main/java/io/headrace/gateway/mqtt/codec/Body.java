package io.headrace.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Reads the fields of one packet, and not a byte beyond it. One is reused for all packets of a connection. */
final class Body {
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int end;

    /** Begins with the next {@code length} bytes, which are all there. */
    Body open(ByteBuf bytes, int length) {
        in = bytes;
        end = bytes.readerIndex() + length;
        return this;
    }

    /** A part of this packet that has a length of its own, such as its properties; {@link #leave} ends it. */
    int enter(int length, String what) throws Violation {
        need(length, what);
        int outer = end;
        end = in.readerIndex() + length;
        return outer;
    }

    void leave(int outer) {
        end = outer;
    }

    int remaining() {
        return end - in.readerIndex();
    }

    int u8(String what) throws Violation {
        need(1, what);
        return in.readUnsignedByte();
    }

    int u16(String what) throws Violation {
        need(2, what);
        return in.readUnsignedShort();
    }

    long u32(String what) throws Violation {
        need(4, what);
        return in.readUnsignedInt();
    }

    /** Variable byte integer: 1 to 4 bytes, as few as possible [MQTT-1.5.5-1]. */
    int variable(String what) throws Violation {
        int value = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            int next = u8(what);
            value |= (next & 0x7F) << shift;
            if (next < 0x80) {
                if (next == 0 && shift > 0) {
                    throw Violation.malformed(what + " is written with more bytes than it needs");
                }
                return value;
            }
        }
        throw Violation.malformed(what + " has more than four bytes");
    }

    /** Packet identifier, which is never 0 [MQTT-2.2.1-3; 3.1.1: MQTT-2.3.1-1]. */
    int packetId() throws Violation {
        int id = u16("packet identifier");
        if (id == 0) {
            throw Violation.protocol("packet identifier 0");
        }
        return id;
    }

    String text(String what) throws Violation {
        int length = u16(what);
        need(length, what);
        int from = in.readerIndex();
        in.skipBytes(length);
        return textAt(from, length, what);
    }

    /** As {@link #text}, taking the string from the last time where its bytes are the same. */
    String text(String what, LastText last) throws Violation {
        int length = u16(what);
        need(length, what);
        int from = in.readerIndex();
        in.skipBytes(length);
        if (last.isAt(in, from, length)) {
            return last.text();
        }
        String text = textAt(from, length, what);
        last.keep(text, in, from, length);
        return text;
    }

    private String textAt(int from, int length, String what) throws Violation {
        if (Utf8.asciiPrefix(in, from, length) == length) {
            return in.toString(from, length, StandardCharsets.ISO_8859_1);
        }
        if (!Utf8.isWellFormed(in, from, length)) {
            throw Violation.malformed(what + " is not well-formed UTF-8, or has a NUL in it");
        }
        return in.toString(from, length, StandardCharsets.UTF_8);
    }

    byte[] binary(String what) throws Violation {
        int length = u16(what);
        need(length, what);
        return bytes(length);
    }

    /** All that is left, copied out of the network buffer. */
    byte[] rest() {
        return bytes(remaining());
    }

    private byte[] bytes(int length) {
        byte[] bytes = ByteBufUtil.getBytes(in, in.readerIndex(), length, true);
        in.skipBytes(length);
        return bytes;
    }

    void finish(String packet) throws Violation {
        if (remaining() != 0) {
            throw Violation.malformed(packet + " goes on after its last field");
        }
    }

    private void need(int length, String what) throws Violation {
        if (length > remaining()) {
            throw Violation.malformed(what + " goes past the end of the packet");
        }
    }
}
