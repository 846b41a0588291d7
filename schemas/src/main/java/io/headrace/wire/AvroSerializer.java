package io.headrace.wire;

import io.headrace.catalogue.Topic;
import io.headrace.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
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
 * keeps buffers of its own.
 *
 * @param <V> the topic's record
 */
public final class AvroSerializer<V extends SpecificRecord> implements Serializer<V> {
    static final byte MAGIC = 0;

    private static final ThreadLocal<Buffer> BUFFERS = ThreadLocal.withInitial(Buffer::new);

    private final SchemaRegistry registry;
    private final String subject;
    private final Schema schema;
    private final Writer<V> writer;
    private volatile int schemaId = -1;

    private static final class Buffer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    }

    /** Finds the branch of a union for a plain value by its class, not by a name that it has to make first. */
    private static final class Writer<V> extends SpecificDatumWriter<V> {
        private Writer(Schema schema) {
            super(schema);
        }

        @Override
        protected int resolveUnion(Schema union, @Nullable Object datum) {
            Schema.Type plain = plainType(datum);
            if (plain != null) {
                List<Schema> branches = union.getTypes();
                for (int i = 0; i < branches.size(); i++) {
                    if (branches.get(i).getType() == plain) {
                        return i;
                    }
                }
            }
            return super.resolveUnion(union, datum);
        }

        private static Schema.@Nullable Type plainType(@Nullable Object datum) {
            if (datum == null) {
                return Schema.Type.NULL;
            }
            if (datum instanceof Double) {
                return Schema.Type.DOUBLE;
            }
            if (datum instanceof String) {
                return Schema.Type.STRING;
            }
            if (datum instanceof Long) {
                return Schema.Type.LONG;
            }
            return datum instanceof Boolean ? Schema.Type.BOOLEAN : null;
        }
    }

    /** @throws IllegalArgumentException where the topic's values aren't Avro */
    public AvroSerializer(Topic<V> topic, SchemaRegistry registry) {
        this.registry = registry;
        this.subject = topic.subject();
        this.schema = topic.schema()
                .orElseThrow(() -> new IllegalArgumentException(topic.name() + " has values of bytes, not Avro"));
        this.writer = new Writer<>(schema);
    }

    /** Null stays null: a compacted topic's tombstone. */
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable V value) {
        if (value == null) {
            return null;
        }
        int id = id();
        Buffer buffer = BUFFERS.get();
        try {
            buffer.encoder.flush(); // what a record has left that couldn't be written
            buffer.bytes.reset();
            writeHeader(buffer.bytes, id);
            writer.write(value, buffer.encoder);
            buffer.encoder.flush();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("can't write a record of " + subject + ": " + e.getMessage(), e);
        }
        return buffer.bytes.toByteArray();
    }

    private static void writeHeader(ByteArrayOutputStream bytes, int id) {
        bytes.write(MAGIC);
        bytes.write(id >>> 24);
        bytes.write(id >>> 16);
        bytes.write(id >>> 8);
        bytes.write(id);
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
