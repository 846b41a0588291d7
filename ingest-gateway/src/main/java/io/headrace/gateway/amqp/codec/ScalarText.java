package io.headrace.gateway.amqp.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/** Single values of any type as text: identifiers, and what applications put beside a message. */
public final class ScalarText {
    private ScalarText() {}

    /** Whether the next value is one that {@link #read} takes; not null, a decimal, or one with others in it. */
    public static boolean isNext(TypeReader in) throws Violation {
        return switch (in.peek()) {
            case 0x41, 0x42, 0x43, 0x44, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x60, 0x61 -> true;
            case 0x70, 0x71, 0x72, 0x73, 0x80, 0x81, 0x82, 0x83, 0x98 -> true;
            case 0xA0, 0xA1, 0xA3, 0xB0, 0xB1, 0xB3 -> true;
            default -> false;
        };
    }

    /** Numbers in decimal, a timestamp in epoch milliseconds, bytes as {@link #of} has them. */
    public static String read(TypeReader in) throws Violation {
        return switch (in.peek()) {
            case 0x41, 0x42, 0x56 -> Boolean.toString(in.bool());
            case 0x50 -> Integer.toString(in.ubyte());
            case 0x60 -> Integer.toString(in.ushort());
            case 0x43, 0x52, 0x70 -> Long.toString(in.uint());
            case 0x44, 0x53, 0x80 -> Long.toUnsignedString(in.ulong());
            case 0x83 -> Long.toString(in.timestamp());
            case 0xA0, 0xB0 -> of(in.binary());
            case 0xA1, 0xB1 -> in.string();
            case 0xA3, 0xB3 -> in.symbol();
            default -> signed(in);
        };
    }

    private static String signed(TypeReader in) throws Violation {
        return switch (in.u8()) {
            case 0x51, 0x54, 0x55 -> Byte.toString((byte) in.u8());
            case 0x61 -> Short.toString((short) in.u16());
            case 0x71 -> Integer.toString((int) in.u32());
            case 0x81 -> Long.toString(in.i64());
            case 0x72 -> Float.toString(Float.intBitsToFloat((int) in.u32()));
            case 0x82 -> Double.toString(Double.longBitsToDouble(in.i64()));
            case 0x73 -> character(in.u32());
            case 0x98 -> new UUID(in.i64(), in.i64()).toString();
            default -> throw Violation.decode("a value is not a single one");
        };
    }

    private static String character(long codePoint) throws Violation {
        if (codePoint > Character.MAX_CODE_POINT) {
            throw Violation.decode("a character is beyond Unicode");
        }
        return Character.toString((int) codePoint);
    }

    /** Bytes that are printable text as they are; others in Base64. */
    public static String of(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
        } catch (CharacterCodingException notText) {
            // written in Base64, as other bytes are
        }
        return Base64.getEncoder().encodeToString(bytes);
    }
}
