package io.headrace.registry;

import org.apache.kafka.common.KafkaException;

/** The registry refused a schema: a reader of the subject's earlier records couldn't read on. A bug of ours, or a foreign subject. */
public final class IncompatibleSchemaException extends KafkaException {
    private final String subject;

    public IncompatibleSchemaException(String subject, String answer) {
        super("the schema registry refused the schema for " + subject + ": " + answer);
        this.subject = subject;
    }

    public String subject() {
        return subject;
    }
}
