package io.headrace.gateway.mqtt.codec;

import io.headrace.gateway.mqtt.codec.Property.Place;

/** PUBLISH (section 3.3 of both standards). */
final class PublishDecoder {
    private static final int DUP = 0x08;
    private static final int RETAIN = 0x01;

    private PublishDecoder() {}

    static void requireFlags(int flags) throws Violation {
        int qos = qos(flags);
        if (qos == 3) {
            throw Violation.malformed("QoS 3"); // [MQTT-3.3.1-4]
        }
        if (qos == 0 && (flags & DUP) != 0) {
            throw Violation.malformed("DUP at QoS 0"); // [MQTT-3.3.1-2]
        }
    }

    static Packet.Publish read(int flags, Body in, boolean v5, LastText lastTopic) throws Violation {
        String topic = in.text("topic name", lastTopic);
        int qos = qos(flags);
        int packetId = qos == 0 ? 0 : in.packetId();
        Properties properties = v5 ? PropertyDecoder.read(in, Place.PUBLISH) : Properties.NONE;
        if (!topic.isEmpty() || !properties.has(Property.TOPIC_ALIAS)) {
            Topics.requireName(topic, "topic name");
        }
        boolean dup = (flags & DUP) != 0;
        return new Packet.Publish(dup, qos, (flags & RETAIN) != 0, packetId, topic, in.rest(), properties);
    }

    private static int qos(int flags) {
        return (flags >> 1) & 0x03;
    }
}
