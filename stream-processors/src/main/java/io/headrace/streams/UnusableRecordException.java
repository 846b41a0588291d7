package io.headrace.streams;

import io.headrace.catalogue.Reason;
import org.apache.kafka.common.errors.SerializationException;

/** A record that can be read, and isn't one that its topic may hold. Cheap: no trace. */
final class UnusableRecordException extends SerializationException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    UnusableRecordException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
