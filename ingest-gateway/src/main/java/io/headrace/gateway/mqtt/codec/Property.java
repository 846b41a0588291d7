package io.headrace.gateway.mqtt.codec;

import org.jspecify.annotations.Nullable;

/** Properties of MQTT 5 (section 2.2.2.2), with the packets that may carry them. */
public enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, Kind.BYTE, Place.PUBLISH, Place.WILL),
    MESSAGE_EXPIRY_INTERVAL(0x02, Kind.FOUR_BYTES, Place.PUBLISH, Place.WILL),
    CONTENT_TYPE(0x03, Kind.TEXT, Place.PUBLISH, Place.WILL),
    RESPONSE_TOPIC(0x08, Kind.TEXT, Place.PUBLISH, Place.WILL),
    CORRELATION_DATA(0x09, Kind.BINARY, Place.PUBLISH, Place.WILL),
    SUBSCRIPTION_IDENTIFIER(0x0B, Kind.VARIABLE, Place.SUBSCRIBE),
    SESSION_EXPIRY_INTERVAL(0x11, Kind.FOUR_BYTES, Place.CONNECT, Place.DISCONNECT),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Kind.TEXT),
    SERVER_KEEP_ALIVE(0x13, Kind.TWO_BYTES),
    AUTHENTICATION_METHOD(0x15, Kind.TEXT, Place.CONNECT, Place.AUTH),
    AUTHENTICATION_DATA(0x16, Kind.BINARY, Place.CONNECT, Place.AUTH),
    REQUEST_PROBLEM_INFORMATION(0x17, Kind.BYTE, Place.CONNECT),
    WILL_DELAY_INTERVAL(0x18, Kind.FOUR_BYTES, Place.WILL),
    REQUEST_RESPONSE_INFORMATION(0x19, Kind.BYTE, Place.CONNECT),
    RESPONSE_INFORMATION(0x1A, Kind.TEXT),
    SERVER_REFERENCE(0x1C, Kind.TEXT),
    REASON_STRING(0x1F, Kind.TEXT, Place.ACK, Place.DISCONNECT, Place.AUTH),
    RECEIVE_MAXIMUM(0x21, Kind.TWO_BYTES, Place.CONNECT),
    TOPIC_ALIAS_MAXIMUM(0x22, Kind.TWO_BYTES, Place.CONNECT),
    TOPIC_ALIAS(0x23, Kind.TWO_BYTES, Place.PUBLISH),
    MAXIMUM_QOS(0x24, Kind.BYTE),
    RETAIN_AVAILABLE(0x25, Kind.BYTE),
    USER_PROPERTY(
            0x26,
            Kind.PAIR,
            Place.CONNECT,
            Place.WILL,
            Place.PUBLISH,
            Place.ACK,
            Place.SUBSCRIBE,
            Place.UNSUBSCRIBE,
            Place.DISCONNECT,
            Place.AUTH),
    MAXIMUM_PACKET_SIZE(0x27, Kind.FOUR_BYTES, Place.CONNECT),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Kind.BYTE),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Kind.BYTE),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Kind.BYTE);

    /** How a value is written. */
    enum Kind {
        BYTE,
        TWO_BYTES,
        FOUR_BYTES,
        VARIABLE,
        TEXT,
        BINARY,
        PAIR
    }

    /** Where a client may put properties. */
    enum Place {
        CONNECT(0x01),
        WILL(0x02),
        PUBLISH(0x04),
        /** PUBACK, PUBREC, PUBREL and PUBCOMP. */
        ACK(0x08),
        SUBSCRIBE(0x10),
        UNSUBSCRIBE(0x20),
        DISCONNECT(0x40),
        AUTH(0x80);

        private final int bit;

        Place(int bit) {
            this.bit = bit;
        }
    }

    private static final @Nullable Property[] BY_ID = new @Nullable Property[0x2B];

    static {
        for (Property property : values()) {
            BY_ID[property.id] = property;
        }
    }

    private final int id;
    private final Kind kind;
    /** A bit for each {@link Place}. */
    private final int places;

    Property(int id, Kind kind, Place... places) {
        this.id = id;
        this.kind = kind;
        int bits = 0;
        for (Place place : places) {
            bits |= place.bit;
        }
        this.places = bits;
    }

    int id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    boolean isAllowedIn(Place place) {
        return (places & place.bit) != 0;
    }

    /** Null where there is no such property. */
    static @Nullable Property find(int id) {
        return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    }
}
