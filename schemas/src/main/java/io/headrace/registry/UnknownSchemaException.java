package io.headrace.registry;

import org.apache.kafka.common.errors.SerializationException;

/** The registry has no schema of this id: whoever framed the record used another registry, or garbage. */
public final class UnknownSchemaException extends SerializationException {
    private final int schemaId;

    public UnknownSchemaException(int schemaId) {
        super("the schema registry knows no schema with id " + schemaId);
        this.schemaId = schemaId;
    }

    public int schemaId() {
        return schemaId;
    }
}
