package io.headrace.gateway.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads values of AMQP's type system (part 1 of the standard) one after the other, within bounds. Steps over what nobody
 * asks for without looking into it, and so without recursion. For one thread; made once and moved from place to place.
 */
public final class TypeReader {
    public static final int NULL = 0x40;
    static final int DESCRIBED = 0x00;

    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int at;
    private int end;
    private int outerEnd;
    private int fieldsLeft;

    /** Moves to the values from one index up to another. */
    public TypeReader over(ByteBuf bytes, int from, int to) {
        in = bytes;
        at = from;
        end = to;
        outerEnd = to;
        fieldsLeft = 0;
        return this;
    }

    /** Index of the next value. */
    public int at() {
        return at;
    }

    public boolean hasMore() {
        return at < end;
    }

    /** Constructor of the next value, which stays the next. */
    public int peek() throws Violation {
        need(1);
        return in.getUnsignedByte(at);
    }

    private void need(int bytes) throws Violation {
        if (bytes > end - at) {
            throw Violation.decode("a value ends beyond what holds it");
        }
    }

    int u8() throws Violation {
        need(1);
        return in.getUnsignedByte(at++);
    }

    int u16() throws Violation {
        need(2);
        at += 2;
        return in.getUnsignedShort(at - 2);
    }

    long u32() throws Violation {
        need(4);
        at += 4;
        return in.getUnsignedInt(at - 4);
    }

    long i64() throws Violation {
        need(8);
        at += 8;
        return in.getLong(at - 8);
    }

    /** A length that fits into what is left. */
    private int length(boolean wide) throws Violation {
        long length = wide ? u32() : u8();
        if (length > end - at) {
            throw Violation.decode("a length is beyond what holds the value");
        }
        return (int) length;
    }

    /** The number that describes the value which comes next; a symbol that the standard has for one counts too. */
    public int descriptor() throws Violation {
        if (u8() != DESCRIBED) {
            throw Violation.decode("a described value is missing");
        }
        int code = peek();
        if (code == 0xA3 || code == 0xB3) {
            return Descriptor.number(symbol());
        }
        long number = ulong();
        return number < 0 || number > 0xFF ? Descriptor.UNKNOWN : (int) number;
    }

    /** Enters a list; its fields are then asked for, one after the other. One list at a time. */
    public void enterList() throws Violation {
        int code = u8();
        int size;
        switch (code) {
            case 0x45 -> {
                fieldsLeft = 0;
                outerEnd = end;
                end = at;
                return;
            }
            case 0xC0 -> size = length(false);
            case 0xD0 -> size = length(true);
            default -> throw Violation.decode("a list is missing");
        }
        enter(size, code == 0xD0);
    }

    /** Enters a map; {@link #fieldsLeft} counts keys and values. */
    public void enterMap() throws Violation {
        int code = u8();
        switch (code) {
            case 0xC1 -> enter(length(false), false);
            case 0xD1 -> enter(length(true), true);
            default -> throw Violation.decode("a map is missing");
        }
        if (fieldsLeft % 2 != 0) {
            throw Violation.decode("a map has a key without a value");
        }
    }

    private void enter(int size, boolean wide) throws Violation {
        outerEnd = end;
        end = at + size;
        long count = wide ? u32() : u8();
        if (count > end - at) {
            throw Violation.decode("more elements than bytes");
        }
        fieldsLeft = (int) count;
    }

    /** Elements of the list or map that weren't asked for yet. */
    public int fieldsLeft() {
        return fieldsLeft;
    }

    /** Takes the next place in the list: whether a value other than null stands there, which is then to be read. */
    public boolean hasField() throws Violation {
        if (fieldsLeft == 0) {
            return false;
        }
        fieldsLeft--;
        if (peek() == NULL) {
            at++;
            return false;
        }
        return true;
    }

    /** Takes the next place in the list, and what stands there. */
    public void skipField() throws Violation {
        if (hasField()) {
            skip();
        }
    }

    /** Steps behind the list or map, whatever of it is left. */
    public void leave() {
        at = end;
        end = outerEnd;
        fieldsLeft = 0;
    }

    /** Steps over one value, of any depth. */
    public void skip() throws Violation {
        int pending = 1;
        while (pending > 0) {
            int code = u8();
            if (code == DESCRIBED) {
                pending++; // its descriptor, and then itself
                continue;
            }
            pending--;
            step(
                    switch (code >>> 4) {
                        case 0x4 -> 0;
                        case 0x5 -> 1;
                        case 0x6 -> 2;
                        case 0x7 -> 4;
                        case 0x8 -> 8;
                        case 0x9 -> 16;
                        case 0xA, 0xC, 0xE -> length(false);
                        case 0xB, 0xD, 0xF -> length(true);
                        default -> throw Violation.decode("no type has this constructor");
                    });
        }
    }

    /** Steps over so many bytes. */
    public void step(int bytes) throws Violation {
        need(bytes);
        at += bytes;
    }

    public boolean bool() throws Violation {
        return switch (u8()) {
            case 0x41 -> true;
            case 0x42 -> false;
            case 0x56 -> u8() != 0;
            default -> throw Violation.decode("a boolean is missing");
        };
    }

    public int ubyte() throws Violation {
        if (u8() != 0x50) {
            throw Violation.decode("an unsigned byte is missing");
        }
        return u8();
    }

    public int ushort() throws Violation {
        if (u8() != 0x60) {
            throw Violation.decode("an unsigned short is missing");
        }
        return u16();
    }

    public long uint() throws Violation {
        return switch (u8()) {
            case 0x70 -> u32();
            case 0x52 -> u8();
            case 0x43 -> 0;
            default -> throw Violation.decode("an unsigned int is missing");
        };
    }

    /** The upper half comes out negative. */
    public long ulong() throws Violation {
        return switch (u8()) {
            case 0x80 -> i64();
            case 0x53 -> u8();
            case 0x44 -> 0;
            default -> throw Violation.decode("an unsigned long is missing");
        };
    }

    /** Epoch milliseconds. */
    public long timestamp() throws Violation {
        if (u8() != 0x83) {
            throw Violation.decode("a timestamp is missing");
        }
        return i64();
    }

    public String string() throws Violation {
        int length = variable(0xA1, 0xB1, "a string is missing");
        at += length;
        return utf8(at - length, length);
    }

    public String symbol() throws Violation {
        int length = variable(0xA3, 0xB3, "a symbol is missing");
        at += length;
        if (!isAscii(at - length, length)) {
            throw Violation.decode("a symbol is not ASCII");
        }
        return in.toString(at - length, length, StandardCharsets.US_ASCII);
    }

    public byte[] binary() throws Violation {
        byte[] bytes = new byte[enterBinary()];
        in.getBytes(at, bytes);
        at += bytes.length;
        return bytes;
    }

    /** Steps to the bytes of a binary value, which {@link #copy} then takes; the count of them. */
    public int enterBinary() throws Violation {
        return variable(0xA0, 0xB0, "a binary is missing");
    }

    /** As {@link #enterBinary}, of a string too; -1, and nothing is consumed, where the value is neither. */
    public int enterBinaryOrText() throws Violation {
        return switch (peek()) {
            case 0xA0, 0xB0 -> enterBinary();
            case 0xA1, 0xB1 -> variable(0xA1, 0xB1, "a string is missing");
            default -> -1;
        };
    }

    /** Copies bytes from here, and steps over them. */
    public void copy(byte[] into, int offset, int length) throws Violation {
        need(length);
        in.getBytes(at, into, offset, length);
        at += length;
    }

    private int variable(int narrow, int wide, String missing) throws Violation {
        int code = u8();
        if (code != narrow && code != wide) {
            throw Violation.decode(missing);
        }
        return length(code == wide);
    }

    private String utf8(int from, int length) throws Violation {
        if (isAscii(from, length)) {
            return in.toString(from, length, StandardCharsets.US_ASCII);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(in.nioBuffer(from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Violation.decode("a string is not UTF-8");
        }
    }

    private boolean isAscii(int from, int length) {
        for (int i = 0; i < length; i++) {
            if (in.getByte(from + i) < 0) {
                return false;
            }
        }
        return true;
    }
}
