package io.headrace.wire;

import io.headrace.catalogue.Topic;
import io.headrace.registry.SchemaRegistry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Serdes for topics of the catalogue, all against one registry. */
public final class TopicSerdes {
    private final SchemaRegistry registry;

    public TopicSerdes(SchemaRegistry registry) {
        this.registry = registry;
    }

    /** For a topic of Avro records. */
    public <V extends SpecificRecord> Serde<V> of(Topic<V> topic) {
        return Serdes.serdeFrom(new AvroSerializer<>(topic, registry), new AvroDeserializer<>(topic, registry));
    }

    public SchemaRegistry registry() {
        return registry;
    }
}
