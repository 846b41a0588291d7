package io.headrace.gateway.mqtt.codec;

import static io.headrace.gateway.mqtt.codec.ReasonCode.*;

import io.headrace.gateway.mqtt.codec.Property.Place;
import java.util.EnumSet;
import java.util.Set;

/** DISCONNECT (section 3.14 of both standards) and AUTH (section 3.15 of MQTT 5). */
final class DisconnectDecoder {
    /** Those of table 3.10 that a client sends [MQTT-3.14.2-1]. */
    private static final Set<ReasonCode> ENDINGS = EnumSet.of(
            SUCCESS,
            DISCONNECT_WITH_WILL,
            UNSPECIFIED_ERROR,
            MALFORMED_PACKET,
            PROTOCOL_ERROR,
            IMPLEMENTATION_SPECIFIC,
            TOPIC_NAME_INVALID,
            RECEIVE_MAXIMUM_EXCEEDED,
            TOPIC_ALIAS_INVALID,
            PACKET_TOO_LARGE,
            MESSAGE_RATE_TOO_HIGH,
            QUOTA_EXCEEDED,
            ADMINISTRATIVE_ACTION,
            PAYLOAD_FORMAT_INVALID);

    private static final Set<ReasonCode> STEPS = EnumSet.of(CONTINUE_AUTHENTICATION, REAUTHENTICATE);

    private DisconnectDecoder() {}

    static Packet.Disconnect read(Body in, boolean v5) throws Violation {
        ReasonCode reason = SUCCESS;
        Properties properties = Properties.NONE;
        if (v5 && in.remaining() > 0) {
            reason = AckDecoder.reason(in, ENDINGS);
            properties = in.remaining() > 0 ? PropertyDecoder.read(in, Place.DISCONNECT) : Properties.NONE;
        }
        in.finish("DISCONNECT");
        return new Packet.Disconnect(reason, properties);
    }

    static Packet.Auth readAuth(Body in) throws Violation {
        ReasonCode reason = AckDecoder.reason(in, STEPS); // [MQTT-3.15.2-1]
        Properties properties = PropertyDecoder.read(in, Place.AUTH);
        in.finish("AUTH");
        if (!properties.has(Property.AUTHENTICATION_METHOD)) {
            throw Violation.protocol("AUTH without an authentication method"); // section 3.15.2.2.2
        }
        return new Packet.Auth(reason, properties);
    }
}
