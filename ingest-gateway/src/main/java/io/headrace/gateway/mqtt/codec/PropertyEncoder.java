package io.headrace.gateway.mqtt.codec;

import io.headrace.gateway.mqtt.codec.Properties.UserProperty;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Map;

/** Writes properties of MQTT 5 (section 2.2.2) and integers of variable length (section 1.5.5). */
final class PropertyEncoder {
    private PropertyEncoder() {}

    static void variable(int value, ByteBuf out) {
        int left = value;
        while (left > 0x7F) {
            out.writeByte((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte(left);
    }

    /** Bytes of the properties with their length before them. */
    static int size(Properties properties) {
        int inner = innerSize(properties);
        return variableSize(inner) + inner;
    }

    static void write(Properties properties, ByteBuf out) {
        variable(innerSize(properties), out);
        for (Map.Entry<Property, Object> entry : properties.values().entrySet()) {
            Property property = entry.getKey();
            if (entry.getValue() instanceof List<?> numbers) {
                numbers.forEach(each -> {
                    out.writeByte(property.id());
                    variable(((Long) each).intValue(), out);
                });
                continue;
            }
            out.writeByte(property.id());
            switch (entry.getValue()) {
                case String text -> Encoder.text(text, out);
                case byte[] bytes -> out.writeShort(bytes.length).writeBytes(bytes);
                case Long number -> number(property, number, out);
                default -> throw new IllegalStateException("no such kind of property: " + property);
            }
        }
        for (UserProperty pair : properties.user()) {
            out.writeByte(Property.USER_PROPERTY.id());
            Encoder.text(pair.name(), out);
            Encoder.text(pair.value(), out);
        }
    }

    private static void number(Property property, long value, ByteBuf out) {
        switch (property.kind()) {
            case BYTE -> out.writeByte((int) value);
            case TWO_BYTES -> out.writeShort((int) value);
            case FOUR_BYTES -> out.writeInt((int) value);
            default -> variable((int) value, out);
        }
    }

    private static int innerSize(Properties properties) {
        int size = 0;
        for (Map.Entry<Property, Object> entry : properties.values().entrySet()) {
            if (entry.getValue() instanceof List<?> numbers) {
                for (Object each : numbers) {
                    size += 1 + variableSize(((Long) each).intValue());
                }
                continue;
            }
            size += 1
                    + switch (entry.getValue()) {
                        case String text -> 2 + ByteBufUtil.utf8Bytes(text);
                        case byte[] bytes -> 2 + bytes.length;
                        default -> numberSize(entry.getKey(), (Long) entry.getValue());
                    };
        }
        for (UserProperty pair : properties.user()) {
            size += 5 + ByteBufUtil.utf8Bytes(pair.name()) + ByteBufUtil.utf8Bytes(pair.value());
        }
        return size;
    }

    private static int numberSize(Property property, long value) {
        return switch (property.kind()) {
            case BYTE -> 1;
            case TWO_BYTES -> 2;
            case FOUR_BYTES -> 4;
            default -> variableSize((int) value);
        };
    }

    private static int variableSize(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }
}
