package io.headrace.wire;

import io.headrace.catalogue.Topic;
import io.headrace.registry.SchemaRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one topic, written with whatever version of its schema. Safe for use by several threads.
 *
 * @param <V> the topic's record
 */
public final class AvroDeserializer<V extends SpecificRecord> implements Deserializer<V> {
    private static final int HEADER = 5;

    private static final ThreadLocal<@Nullable BinaryDecoder> DECODERS = new ThreadLocal<>();

    private final SchemaRegistry registry;
    private final Schema schema;
    private final SpecificData model;
    private final Map<Integer, SpecificDatumReader<V>> readers = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException where the topic's values aren't Avro */
    public AvroDeserializer(Topic<V> topic, SchemaRegistry registry) {
        this.registry = registry;
        this.schema = topic.schema()
                .orElseThrow(() -> new IllegalArgumentException(topic.name() + " has values of bytes, not Avro"));
        this.model = model(topic.valueType());
    }

    /** Looks for classes beside the topic's record: a plug-in's are not where Avro is. */
    private static SpecificData model(Class<?> valueType) {
        SpecificData model = new SpecificData(valueType.getClassLoader());
        SpecificData.getForClass(valueType).getConversions().forEach(model::addLogicalTypeConversion);
        return model;
    }

    /**
     * Null stays null: a compacted topic's tombstone.
     *
     * @throws SerializationException where the bytes aren't framed, are of a schema that the registry doesn't know
     *     ({@link io.headrace.registry.UnknownSchemaException}), or don't fit the schema
     * @throws io.headrace.registry.RegistryUnavailableException where time may heal it
     */
    @Override
    public @Nullable V deserialize(String topic, byte @Nullable [] data) {
        if (data == null) {
            return null;
        }
        if (data.length < HEADER || data[0] != AvroSerializer.MAGIC) {
            throw new SerializationException("a value of " + topic + " isn't in Confluent's wire format");
        }
        int id = ByteBuffer.wrap(data, 1, 4).getInt();
        SpecificDatumReader<V> reader = readers.get(id);
        if (reader == null) {
            reader = new SpecificDatumReader<>(registry.schema(id), schema, model);
            readers.put(id, reader);
        }
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(data, HEADER, data.length - HEADER, DECODERS.get());
        DECODERS.set(decoder);
        try {
            return reader.read(null, decoder);
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "a value of " + topic + " doesn't fit schema " + id + ": " + e.getMessage(), e);
        }
    }
}
