package io.headrace.gateway.mqtt.codec;

import io.headrace.gateway.mqtt.codec.Property.Place;
import java.util.Optional;

/** CONNECT (section 3.1 of both standards). */
final class ConnectDecoder {
    private static final int RESERVED = 0x01;
    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_AND_RETAIN = 0x38;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;

    private ConnectDecoder() {}

    /**
     * Protocol name and level, which say how to read the rest.
     *
     * @param name as it stands in the packet
     * @param level as it stands in the packet
     */
    record Protocol(String name, int level) {
        static Protocol read(Body in) throws Violation {
            return new Protocol(in.text("protocol name"), in.u8("protocol level"));
        }

        boolean isSpoken() {
            return name.equals("MQTT") && (level == 4 || level == 5);
        }

        /** Which version's CONNACK a peer understands best. */
        Optional<Version> answer() {
            boolean ours = name.equals("MQTT") || name.equals("MQIsdp");
            return ours ? Optional.of(level >= 5 ? Version.V5 : Version.V3_1_1) : Optional.empty();
        }
    }

    static Packet.Connect read(Body in, Version version) throws Violation {
        boolean v5 = version == Version.V5;
        int flags = in.u8("connect flags");
        requireFlags(flags, v5);
        int keepAlive = in.u16("keep alive");
        Properties properties = v5 ? PropertyDecoder.read(in, Place.CONNECT) : Properties.NONE;
        if (properties.has(Property.AUTHENTICATION_DATA) && !properties.has(Property.AUTHENTICATION_METHOD)) {
            throw Violation.protocol("authentication data without a method"); // section 3.1.2.11.10
        }
        String clientId = in.text("client identifier");
        Optional<Packet.Will> will = (flags & WILL) == 0 ? Optional.empty() : Optional.of(will(in, flags, v5));
        Optional<String> userName = (flags & USER_NAME) == 0 ? Optional.empty() : Optional.of(in.text("user name"));
        Optional<byte[]> password = (flags & PASSWORD) == 0 ? Optional.empty() : Optional.of(in.binary("password"));
        in.finish("CONNECT");
        boolean clean = (flags & CLEAN_START) != 0;
        return new Packet.Connect(version, clean, keepAlive, clientId, will, userName, password, properties);
    }

    private static void requireFlags(int flags, boolean v5) throws Violation {
        if ((flags & RESERVED) != 0) {
            throw Violation.malformed("reserved connect flag"); // [MQTT-3.1.2-3]
        }
        if ((flags & WILL) == 0 && (flags & WILL_QOS_AND_RETAIN) != 0) {
            throw Violation.malformed("will QoS or will retain without a will"); // [MQTT-3.1.2-11, -13]
        }
        if (willQos(flags) == 3) {
            throw Violation.malformed("will QoS 3"); // [MQTT-3.1.2-12; 3.1.1: MQTT-3.1.2-14]
        }
        if (!v5 && (flags & USER_NAME) == 0 && (flags & PASSWORD) != 0) {
            throw Violation.malformed("a password without a user name"); // 3.1.1: [MQTT-3.1.2-22]
        }
    }

    private static int willQos(int flags) {
        return (flags >> 3) & 0x03;
    }

    private static Packet.Will will(Body in, int flags, boolean v5) throws Violation {
        Properties properties = v5 ? PropertyDecoder.read(in, Place.WILL) : Properties.NONE;
        String topic = in.text("will topic");
        Topics.requireName(topic, "will topic");
        byte[] payload = in.binary("will payload");
        return new Packet.Will(topic, payload, willQos(flags), (flags & WILL_RETAIN) != 0, properties);
    }
}
