package io.headrace.registry;

import org.apache.avro.Schema;

/** Ids for schemas and schemas for ids. Safe for use by several threads; every answer is cached by the implementation. */
public interface SchemaRegistry {
    /**
     * Registers a schema under a subject, or finds it there.
     *
     * @return the schema's id, the same at every call
     * @throws IncompatibleSchemaException where the registry refuses the schema for the subject's compatibility
     * @throws RegistryUnavailableException where the registry doesn't answer; time may heal it
     */
    int register(String subject, Schema schema);

    /**
     * The schema of an id.
     *
     * @throws UnknownSchemaException where the registry answers that it has none: retrying doesn't help
     * @throws RegistryUnavailableException where the registry doesn't answer; time may heal it
     */
    Schema schema(int id);
}
