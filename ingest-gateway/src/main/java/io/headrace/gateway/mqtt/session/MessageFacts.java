package io.headrace.gateway.mqtt.session;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Headers;
import io.headrace.gateway.edge.TraceContext;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.Message.Fact;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties;
import io.headrace.gateway.mqtt.codec.Properties.UserProperty;
import io.headrace.gateway.mqtt.codec.Property;
import io.headrace.gateway.mqtt.codec.Version;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Turns what a device published into a {@link Message}. User properties with a meaning of their own ({@code message-id},
 * {@code device-time}, {@code content-encoding}) become facts where their value makes sense; all others, and those that
 * don't, travel under {@link Headers#PROPERTY_PREFIX}, so that no device can write a fact of the gateway's.
 * {@code traceparent} and {@code tracestate} are passed on where they are valid.
 */
final class MessageFacts {
    private static final Fact MQTT_3 = new Fact(Headers.PROTOCOL, "mqtt/3.1.1");
    private static final Fact MQTT_5 = new Fact(Headers.PROTOCOL, "mqtt/5");
    private static final Fact RESEND = new Fact(Headers.RESEND, "1");
    private static final int LONGEST_NAME = 64;
    private static final int MILLIS = 1000;

    private final DeviceId device;
    private final Fact protocol;
    private String lastTopic = "";
    private List<Fact> lastFacts = List.of();

    MessageFacts(DeviceId device, Version version) {
        this.device = device;
        this.protocol = version == Version.V5 ? MQTT_5 : MQTT_3;
    }

    /**
     * @param topic with its alias resolved
     * @param now epoch milliseconds
     */
    Message message(Packet.Publish publish, String topic, long now) {
        List<Fact> facts = topicFacts(topic);
        if (publish.qos() == 1
                && facts.size() == 1
                && !publish.dup()
                && publish.properties().isEmpty()) {
            facts = List.of(facts.getFirst(), packetId(publish)); // most of all messages: nothing is copied
        } else if (publish.qos() > 0 || !publish.properties().isEmpty()) {
            facts = new ArrayList<>(facts);
            if (publish.qos() > 0) {
                facts.add(packetId(publish));
            }
            if (publish.dup()) {
                facts.add(RESEND);
            }
            addProperties(publish.properties(), now, facts);
        }
        return new Message(device, publish.payload(), now, facts);
    }

    private static Fact packetId(Packet.Publish publish) {
        return Fact.of(Headers.PACKET_ID, publish.packetId());
    }

    /** A will, sent as its device's last message. */
    Message message(Packet.Will will, long now) {
        List<Fact> facts = new ArrayList<>(topicFacts(will.topic()));
        addProperties(will.properties(), now, facts);
        return new Message(device, will.payload(), now, facts);
    }

    private List<Fact> topicFacts(String topic) {
        if (!topic.equals(lastTopic)) {
            lastTopic = topic;
            lastFacts = TopicSpace.isTelemetry(topic) ? List.of(protocol) : List.of(protocol, topicFact(topic));
        }
        return lastFacts;
    }

    private static Fact topicFact(String topic) {
        return TopicSpace.isChannel(topic)
                ? new Fact(Headers.CHANNEL, clean(TopicSpace.channel(topic)))
                : new Fact(Headers.TOPIC, clean(topic));
    }

    private static void addProperties(Properties properties, long now, List<Fact> facts) {
        if (properties.isEmpty()) {
            return;
        }
        properties
                .text(Property.CONTENT_TYPE)
                .ifPresent(type -> facts.add(new Fact(Headers.CONTENT_TYPE, clean(type))));
        properties
                .bytes(Property.CORRELATION_DATA)
                .ifPresent(bytes -> facts.add(new Fact(Headers.CORRELATION_ID, correlationId(bytes))));
        properties
                .number(Property.MESSAGE_EXPIRY_INTERVAL)
                .ifPresent(seconds -> facts.add(new Fact(Headers.EXPIRES_AT, Long.toString(now + seconds * MILLIS))));
        addUserProperties(properties.user(), facts);
    }

    private static void addUserProperties(List<UserProperty> properties, List<Fact> facts) {
        List<String> parents = new ArrayList<>(1);
        List<String> states = new ArrayList<>(1);
        for (UserProperty property : properties) {
            switch (property.name()) {
                case Headers.TRACEPARENT -> parents.add(property.value());
                case Headers.TRACESTATE -> states.add(property.value());
                default -> facts.add(fact(property.name(), clean(property.value())));
            }
        }
        if (!parents.isEmpty()) {
            facts.addAll(TraceContext.facts(parents, states));
        }
    }

    private static Fact fact(String name, String value) {
        return switch (name) {
            case "message-id" -> new Fact(Headers.MESSAGE_ID, value);
            case "content-encoding" -> new Fact(Headers.CONTENT_ENCODING, value);
            case "device-time" -> new Fact(isEpochMillis(value) ? Headers.DEVICE_TIME : property(name), value);
            default -> new Fact(property(name), value);
        };
    }

    private static boolean isEpochMillis(String value) {
        int digits = value.startsWith("-") ? value.length() - 1 : value.length();
        if (digits < 1 || digits > 18) {
            return false;
        }
        return value.chars().skip(value.length() - digits).allMatch(c -> c >= '0' && c <= '9');
    }

    /** Name of a header for an application property: letters, digits, {@code - . _}; others become {@code _}. */
    private static String property(String name) {
        StringBuilder header = new StringBuilder(Headers.PROPERTY_PREFIX);
        for (int i = 0; i < Math.min(name.length(), LONGEST_NAME); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            header.append(plain || c == '-' || c == '.' ? c : '_');
        }
        return header.toString();
    }

    /** Text as it is; other bytes in Base64. */
    private static String correlationId(byte[] bytes) {
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

    /** A header's value ends up in logs and on screens: control characters become spaces. */
    private static String clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(Character.isISOControl(c) ? ' ' : c);
        }
        return clean.toString();
    }
}
