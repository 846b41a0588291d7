package io.headrace.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of one connection into packets, one at a time. Looks at a packet only when all of it is there, but
 * refuses a forbidden type, flag or length as soon as its byte is. Takes its own copy of whatever a packet keeps, so that
 * the network buffer is free when {@link #decode} returns.
 *
 * <p>For one thread. After a {@link Malformed} there is nothing more to decode.
 */
public final class Decoder {
    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int LONGEST_HEADER = 5;

    private final int maxPacket;
    private final Body body = new Body();
    private final LastText lastTopic = new LastText();
    private @Nullable Version version;

    /** @param maxPacket largest packet that is taken, in bytes, fixed header included */
    public Decoder(int maxPacket) {
        this.maxPacket = maxPacket;
    }

    /**
     * The next packet.
     *
     * @param in all bytes received and not consumed yet; consumed up to the packet's end, or not at all
     */
    public Decoded decode(ByteBuf in) {
        try {
            return next(in);
        } catch (Violation broken) {
            return new Malformed(broken.reason(), broken.detail(), Optional.ofNullable(version));
        }
    }

    private Decoded next(ByteBuf in) throws Violation {
        if (!in.isReadable()) {
            return Decoded.Incomplete.INSTANCE;
        }
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        requireHeader(first);
        int length = 0;
        for (int i = 1; i < LONGEST_HEADER; i++) {
            if (in.readableBytes() <= i) {
                return Decoded.Incomplete.INSTANCE;
            }
            int next = in.getUnsignedByte(start + i);
            length |= (next & 0x7F) << (7 * (i - 1));
            if (next < 0x80) {
                requireLength(next, i, length);
                return whole(in, first, 1 + i, length);
            }
        }
        throw Violation.malformed("remaining length has more than four bytes");
    }

    private void requireLength(int lastByte, int lengthBytes, int length) throws Violation {
        if (lastByte == 0 && lengthBytes > 1) {
            throw Violation.malformed("remaining length is written with more bytes than it needs");
        }
        if (1 + lengthBytes + length > maxPacket) {
            throw Violation.of(ReasonCode.PACKET_TOO_LARGE, "a packet of more than " + maxPacket + " bytes");
        }
    }

    private Decoded whole(ByteBuf in, int first, int header, int length) throws Violation {
        if (in.readableBytes() < header + length) {
            return Decoded.Incomplete.INSTANCE;
        }
        in.skipBytes(header);
        return packet(first, body.open(in, length));
    }

    /** Type and flags are judged by the first byte alone [MQTT-2.1.3-1; 3.1.1: MQTT-2.2.2-1, -2]. */
    private void requireHeader(int first) throws Violation {
        int type = first >> 4;
        if (version == null && type != CONNECT) {
            throw Violation.protocol("the first packet must be CONNECT"); // [MQTT-3.1.0-1]
        }
        switch (type) {
            case 0 -> throw Violation.malformed("packet type 0");
            case 2, 9, 11, 13 -> throw Violation.protocol("a packet that only a server sends");
            case 15 -> {
                if (version == Version.V3_1_1) {
                    throw Violation.malformed("packet type 15");
                }
            }
            default -> {}
        }
        int flags = first & 0x0F;
        int required = type == 6 || type == 8 || type == 10 ? 0x02 : 0x00;
        if (type != PUBLISH && flags != required) {
            throw Violation.malformed("reserved flags in the fixed header");
        }
        if (type == PUBLISH) {
            PublishDecoder.requireFlags(flags);
        }
    }

    private Packet.FromClient packet(int first, Body in) throws Violation {
        int type = first >> 4;
        if (type == CONNECT) {
            if (version != null) {
                throw Violation.protocol("a second CONNECT"); // [MQTT-3.1.0-2]
            }
            return ConnectDecoder.read(in, negotiated(ConnectDecoder.Protocol.read(in)));
        }
        boolean v5 = version == Version.V5;
        return switch (type) {
            case PUBLISH -> PublishDecoder.read(first & 0x0F, in, v5, lastTopic);
            case 4, 5, 6, 7 -> AckDecoder.read(type, in, v5);
            case 8 -> SubscribeDecoder.read(in, v5);
            case 10 -> SubscribeDecoder.readUnsubscribe(in, v5);
            case 12 -> ping(in);
            case 14 -> DisconnectDecoder.read(in, v5);
            default -> DisconnectDecoder.readAuth(in);
        };
    }

    private Version negotiated(ConnectDecoder.Protocol protocol) throws Violation {
        Optional<Version> answer = protocol.answer();
        version = answer.orElse(null);
        if (answer.isEmpty()) {
            throw Violation.of(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "protocol name"); // [MQTT-3.1.2-1]
        }
        if (!protocol.isSpoken()) {
            throw Violation.of(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "protocol level"); // [MQTT-3.1.2-2]
        }
        return answer.get();
    }

    private static Packet.Pingreq ping(Body in) throws Violation {
        in.finish("PINGREQ");
        return new Packet.Pingreq();
    }
}
