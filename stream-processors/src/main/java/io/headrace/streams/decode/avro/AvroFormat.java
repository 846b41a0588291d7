package io.headrace.streams.decode.avro;

import io.headrace.catalogue.Reason;
import io.headrace.registry.SchemaRegistry;
import io.headrace.registry.UnknownSchemaException;
import io.headrace.streams.decode.Content;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Format;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Avro records in Confluent's framing: a zero, the id of the schema that they were written with in four bytes, and the
 * binary encoding. An id that the registry doesn't know is the message's fault; a registry that doesn't answer is nobody's,
 * and is waited for.
 */
public final class AvroFormat implements Format {
    private static final byte MAGIC = 0;
    private static final int HEADER = 5;

    private final SchemaRegistry registry;
    private final Limits limits;

    public AvroFormat(SchemaRegistry registry, Limits limits) {
        this.registry = registry;
        this.limits = limits;
    }

    @Override
    public Decoded.Samples read(Content content) throws Rejection {
        byte[] bytes = content.bytes();
        if (bytes.length < HEADER || bytes[0] != MAGIC) {
            throw new Rejection(
                    Reason.MALFORMED_AVRO, "not in Confluent's framing: a zero and four bytes of schema id");
        }
        Schema schema = schema(ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt());
        return Decoded.Samples.of(new AvroWalk(new AvroBytes(bytes, HEADER), limits).samples(schema));
    }

    private Schema schema(int id) throws Rejection {
        try {
            return registry.schema(id);
        } catch (UnknownSchemaException unknown) {
            throw new Rejection(Reason.UNKNOWN_SCHEMA, "the registry knows no schema " + id);
        } catch (AvroRuntimeException noAvro) {
            throw new Rejection(Reason.UNKNOWN_SCHEMA, "schema " + id + " of the registry is no Avro schema");
        }
    }
}
