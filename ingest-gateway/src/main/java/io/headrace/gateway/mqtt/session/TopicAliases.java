package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Property;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Short numbers that a client gives to topics, for one connection (section 3.3.2.3.4 of MQTT 5). */
final class TopicAliases {
    private final int maximum;
    private @Nullable String[] topics = new @Nullable String[0];

    TopicAliases(int maximum) {
        this.maximum = maximum;
    }

    /** Whether the alias is one that the server offered [MQTT-3.3.2-9]. */
    boolean isInRange(Packet.Publish publish) {
        return publish.properties().number(Property.TOPIC_ALIAS, 0) <= maximum;
    }

    /** The topic that is meant; null where the alias stands for none. Remembers a new one. */
    @Nullable
    String resolve(Packet.Publish publish) {
        OptionalLong given = publish.properties().number(Property.TOPIC_ALIAS);
        if (given.isEmpty()) {
            return publish.topic();
        }
        int alias = (int) given.getAsLong();
        if (publish.topic().isEmpty()) {
            return alias < topics.length ? topics[alias] : null;
        }
        if (alias >= topics.length) {
            topics = Arrays.copyOf(topics, Math.min(maximum + 1, Math.max(alias + 1, topics.length * 2)));
        }
        topics[alias] = publish.topic();
        return publish.topic();
    }
}
