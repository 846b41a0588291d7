package io.headrace.wire;

import io.headrace.catalogue.Topic;
import io.headrace.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of one topic. The schema is registered at the first record. Safe for use by several threads; each
 * keeps a buffer of its own.
 *
 * @param <V> the topic's record
 */
public final class AvroSerializer<V extends SpecificRecord> implements Serializer<V> {
    static final byte MAGIC = 0;

    private static final ThreadLocal<Buffer> BUFFERS = ThreadLocal.withInitial(Buffer::new);

    private final SchemaRegistry registry;
    private final String subject;
    private final Schema schema;
    private final SpecificDatumWriter<V> writer;
    private volatile int schemaId = -1;

    private static final class Buffer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private @Nullable BinaryEncoder encoder;
    }

    /** @throws IllegalArgumentException where the topic's values aren't Avro */
    public AvroSerializer(Topic<V> topic, SchemaRegistry registry) {
        this.registry = registry;
        this.subject = topic.subject();
        this.schema = topic.schema()
                .orElseThrow(() -> new IllegalArgumentException(topic.name() + " has values of bytes, not Avro"));
        this.writer = new SpecificDatumWriter<>(schema);
    }

    /** Null stays null: a compacted topic's tombstone. */
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable V value) {
        if (value == null) {
            return null;
        }
        int id = id();
        Buffer buffer = BUFFERS.get();
        buffer.bytes.reset();
        buffer.bytes.write(MAGIC);
        buffer.bytes.write(id >>> 24);
        buffer.bytes.write(id >>> 16);
        buffer.bytes.write(id >>> 8);
        buffer.bytes.write(id);
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(buffer.bytes, buffer.encoder);
            buffer.encoder = encoder;
            writer.write(value, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("can't write a record of " + subject + ": " + e.getMessage(), e);
        }
        return buffer.bytes.toByteArray();
    }

    private int id() {
        int id = schemaId;
        if (id < 0) {
            id = registry.register(subject, schema);
            schemaId = id;
        }
        return id;
    }
}
