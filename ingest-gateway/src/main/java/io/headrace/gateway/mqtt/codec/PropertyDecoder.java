package io.headrace.gateway.mqtt.codec;

import io.headrace.gateway.mqtt.codec.Properties.UserProperty;
import io.headrace.gateway.mqtt.codec.Property.Place;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads properties of MQTT 5 (section 2.2.2), and refuses what a packet may not carry. */
final class PropertyDecoder {
    /**
     * More user properties than any application has, far fewer than fit into a packet: each costs many times the bytes
     * it was sent with.
     */
    static final int MAX_USER_PROPERTIES = 128;

    private PropertyDecoder() {}

    static Properties read(Body body, Place place) throws Violation {
        int length = body.variable("property length");
        if (length == 0) {
            return Properties.NONE;
        }
        int outer = body.enter(length, "properties");
        Map<Property, Object> values = new EnumMap<>(Property.class);
        List<UserProperty> user = List.of();
        while (body.remaining() > 0) {
            Property property = property(body, place);
            if (property == Property.USER_PROPERTY) {
                user = user.isEmpty() ? new ArrayList<>(4) : user;
                user.add(userProperty(body, user.size()));
            } else if (values.put(property, value(body, property)) != null) {
                throw Violation.protocol("property " + property + " is there twice");
            }
        }
        body.leave(outer);
        return new Properties(values, user);
    }

    private static Property property(Body body, Place place) throws Violation {
        Property property = Property.find(body.variable("property identifier"));
        if (property == null) {
            throw Violation.malformed("unknown property");
        }
        if (!property.isAllowedIn(place)) {
            boolean subscription = property == Property.SUBSCRIPTION_IDENTIFIER && place == Place.PUBLISH;
            String detail = "property " + property + " is not for " + place;
            throw subscription ? Violation.protocol(detail) : Violation.malformed(detail); // [MQTT-3.3.4-6]
        }
        return property;
    }

    private static UserProperty userProperty(Body body, int already) throws Violation {
        if (already >= MAX_USER_PROPERTIES) {
            throw Violation.of(ReasonCode.QUOTA_EXCEEDED, "more than " + MAX_USER_PROPERTIES + " user properties");
        }
        return new UserProperty(body.text("user property name"), body.text("user property value"));
    }

    private static Object value(Body body, Property property) throws Violation {
        String what = property.name();
        return switch (property.kind()) {
            case BYTE -> flag(body.u8(what), what);
            case TWO_BYTES -> checked(property, body.u16(what));
            case FOUR_BYTES -> checked(property, body.u32(what));
            case VARIABLE -> checked(property, body.variable(what));
            case TEXT -> checked(property, body.text(what));
            case BINARY -> body.binary(what);
            case PAIR -> throw new IllegalStateException("user properties are read apart");
        };
    }

    /** Each single-byte property that a client sends is 0 or 1. */
    private static Long flag(int value, String what) throws Violation {
        if (value > 1) {
            throw Violation.protocol(what + " must be 0 or 1");
        }
        return (long) value;
    }

    private static Long checked(Property property, long value) throws Violation {
        if (value == 0) {
            switch (property) {
                case TOPIC_ALIAS -> throw Violation.of(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias 0");
                case RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, SUBSCRIPTION_IDENTIFIER ->
                    throw Violation.protocol(property + " must not be 0");
                default -> {}
            }
        }
        return value;
    }

    private static String checked(Property property, String value) throws Violation {
        if (property == Property.RESPONSE_TOPIC) {
            Topics.requireName(value, "response topic"); // [MQTT-3.3.2-14]
        }
        return value;
    }
}
