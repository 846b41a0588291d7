package io.headrace.gateway.mqtt.codec;

import static io.headrace.gateway.mqtt.codec.ReasonCode.*;

import io.headrace.gateway.mqtt.codec.Property.Place;
import java.util.EnumSet;
import java.util.Set;

/** PUBACK, PUBREC, PUBREL and PUBCOMP (sections 3.4 to 3.7 of both standards): they differ in name only. */
final class AckDecoder {
    private static final Set<ReasonCode> RECEIVED = EnumSet.of(
            SUCCESS,
            NO_MATCHING_SUBSCRIBERS,
            UNSPECIFIED_ERROR,
            IMPLEMENTATION_SPECIFIC,
            NOT_AUTHORIZED,
            TOPIC_NAME_INVALID,
            PACKET_IDENTIFIER_IN_USE,
            QUOTA_EXCEEDED,
            PAYLOAD_FORMAT_INVALID);
    private static final Set<ReasonCode> RELEASED = EnumSet.of(SUCCESS, PACKET_IDENTIFIER_NOT_FOUND);

    private AckDecoder() {}

    static Packet.FromClient read(int type, Body in, boolean v5) throws Violation {
        int packetId = in.packetId();
        ReasonCode reason = SUCCESS;
        Properties properties = Properties.NONE;
        if (v5 && in.remaining() > 0) {
            reason = reason(in, type <= 5 ? RECEIVED : RELEASED);
            properties = in.remaining() > 0 ? PropertyDecoder.read(in, Place.ACK) : Properties.NONE;
        }
        in.finish("acknowledgement");
        return switch (type) {
            case 4 -> new Packet.Puback(packetId, reason, properties);
            case 5 -> new Packet.Pubrec(packetId, reason, properties);
            case 6 -> new Packet.Pubrel(packetId, reason, properties);
            default -> new Packet.Pubcomp(packetId, reason, properties);
        };
    }

    /** A code that this packet may carry [MQTT-3.4.2-1, MQTT-3.5.2-1, MQTT-3.6.2-1, MQTT-3.7.2-1]. */
    static ReasonCode reason(Body in, Set<ReasonCode> allowed) throws Violation {
        ReasonCode reason = ReasonCode.find(in.u8("reason code"));
        if (reason == null || !allowed.contains(reason)) {
            throw Violation.protocol("a reason code that the packet may not carry");
        }
        return reason;
    }
}
