package io.headrace.gateway.mqtt.codec;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Properties of one MQTT 5 packet, each at most once, user properties apart. Immutable. */
public final class Properties {
    /** No properties: MQTT 3.1.1, and most packets of MQTT 5. */
    public static final Properties NONE = new Properties(Map.of(), List.of());

    private final Map<Property, Object> values;
    private final List<UserProperty> user;

    /**
     * A pair of texts that only the application understands.
     *
     * @param name may be empty, may occur more than once
     * @param value may be empty
     */
    public record UserProperty(String name, String value) {}

    Properties(Map<Property, Object> values, List<UserProperty> user) {
        this.values = values.isEmpty() ? Map.of() : new EnumMap<>(values);
        this.user = List.copyOf(user);
    }

    /** Whether there is nothing to write. */
    public boolean isEmpty() {
        return values.isEmpty() && user.isEmpty();
    }

    public OptionalLong number(Property property) {
        return values.get(property) instanceof Long value ? OptionalLong.of(value) : OptionalLong.empty();
    }

    /** As {@link #number}, with what the standard says an absent property means. */
    public long number(Property property, long absent) {
        return values.get(property) instanceof Long value ? value : absent;
    }

    public Optional<String> text(Property property) {
        return values.get(property) instanceof String value ? Optional.of(value) : Optional.empty();
    }

    /** The bytes are the packet's own: not to be changed. */
    public Optional<byte[]> bytes(Property property) {
        return values.get(property) instanceof byte[] value ? Optional.of(value) : Optional.empty();
    }

    public boolean has(Property property) {
        return values.containsKey(property);
    }

    /** In the order of the packet. */
    public List<UserProperty> user() {
        return user;
    }

    Map<Property, Object> values() {
        return values;
    }

    /** These, with another text. */
    public Properties with(Property property, String value) {
        return plus(property, value);
    }

    /** These, with other bytes, which are not to be changed any more. */
    public Properties with(Property property, byte[] value) {
        return plus(property, value);
    }

    /** These, with one more pair of the application's. */
    public Properties withUser(String name, String value) {
        List<UserProperty> all = new ArrayList<>(user);
        all.add(new UserProperty(name, value));
        return new Properties(values, all);
    }

    /** These, with numbers of the subscriptions that a message matches: the one property that may stand several times. */
    public Properties withSubscriptions(List<Long> identifiers) {
        return identifiers.isEmpty() ? this : plus(Property.SUBSCRIPTION_IDENTIFIER, List.copyOf(identifiers));
    }

    /** These, with another number. */
    public Properties with(Property property, long value) {
        return plus(property, value);
    }

    private Properties plus(Property property, Object value) {
        Map<Property, Object> all = new EnumMap<>(Property.class);
        all.putAll(values);
        all.put(property, value);
        return new Properties(all, user);
    }

    @Override
    public String toString() {
        return values.keySet() + "+" + user.size();
    }
}
