package io.headrace.streams.route;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.record.Reading;
import io.headrace.wire.TopicSerdes;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;

/** Writes copies under the subject of the topic that each goes to. One per thread. */
final class CopySerializer implements Serializer<Copy> {
    private final Catalogue catalogue;
    private final TopicSerdes serdes;
    private final Map<String, Serializer<Reading>> byTopic = new HashMap<>();

    CopySerializer(Catalogue catalogue, TopicSerdes serdes) {
        this.catalogue = catalogue;
        this.serdes = serdes;
    }

    @Override
    public byte[] serialize(String topic, Copy copy) {
        return byTopic.computeIfAbsent(topic, this::serializer).serialize(topic, copy.reading());
    }

    private Serializer<Reading> serializer(String topic) {
        String name = topic.substring(topic.lastIndexOf('.') + 1); // a route's name has no dot in it
        Topic<Reading> routed = catalogue.routed(name);
        return serdes.of(routed).serializer();
    }
}
