package io.headrace.streams.decode.sparkplug;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Rejection;
import java.io.IOException;

/**
 * A protocol buffer, field by field. By hand: what is generated from a schema makes objects of everything before anybody can
 * count it. A field that isn't of its type is malformed; one that nobody knows is skipped.
 */
final class ProtocolBuffer {
    private final CodedInputStream in;

    ProtocolBuffer(byte[] bytes) {
        this.in = CodedInputStream.newInstance(bytes);
    }

    /** Takes one field of a message, whose number it is given. */
    interface Field {
        void take(int number) throws IOException, Rejection;
    }

    /** All of the outermost message. */
    void read(Field field) throws Rejection {
        try {
            fields(field);
        } catch (IOException malformed) {
            throw malformed("no Sparkplug payload, at byte " + in.getTotalBytesRead());
        }
    }

    /** The current field, which is a message itself. */
    void message(Field field) throws IOException, Rejection {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int outer = in.pushLimit(in.readRawVarint32());
        fields(field);
        in.popLimit(outer);
    }

    private void fields(Field field) throws IOException, Rejection {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_END_GROUP) {
                break; // of a group that none began: found out below
            }
            field.take(WireFormat.getTagFieldNumber(tag));
        }
        in.checkLastTagWas(0);
    }

    /**
     * One of the alternatives that metrics, cells and properties have in common, in the same order.
     *
     * @param alternative from 1
     */
    Object scalar(int alternative) throws IOException, Rejection {
        return switch (alternative) {
            case 1 -> Integer.toUnsignedLong((int) number());
            case 2 -> number();
            case 3 -> {
                require(WireFormat.WIRETYPE_FIXED32);
                yield (double) in.readFloat();
            }
            case 4 -> {
                require(WireFormat.WIRETYPE_FIXED64);
                yield in.readDouble();
            }
            case 5 -> flag();
            default -> text();
        };
    }

    long number() throws IOException, Rejection {
        require(WireFormat.WIRETYPE_VARINT);
        return in.readUInt64();
    }

    boolean flag() throws IOException, Rejection {
        require(WireFormat.WIRETYPE_VARINT);
        return in.readBool();
    }

    String text() throws IOException, Rejection {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return in.readStringRequireUtf8();
    }

    byte[] bytes() throws IOException, Rejection {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return in.readByteArray();
    }

    /** Takes a number. */
    interface Numbers {
        void take(long number) throws Rejection;
    }

    /** Of a repeated field, packed or not: both are the same to protocol buffers. */
    void numbers(Numbers numbers) throws IOException, Rejection {
        if (WireFormat.getTagWireType(in.getLastTag()) == WireFormat.WIRETYPE_VARINT) {
            numbers.take(in.readUInt64());
            return;
        }
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int outer = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            numbers.take(in.readUInt64());
        }
        in.popLimit(outer);
    }

    void skip() throws IOException {
        in.skipField(in.getLastTag());
    }

    private void require(int wireType) throws Rejection {
        if (WireFormat.getTagWireType(in.getLastTag()) != wireType) {
            throw malformed("field " + WireFormat.getTagFieldNumber(in.getLastTag()) + " isn't of its type, at byte "
                    + in.getTotalBytesRead());
        }
    }

    private static Rejection malformed(String what) {
        return new Rejection(Reason.MALFORMED_SPARKPLUG, what);
    }
}
