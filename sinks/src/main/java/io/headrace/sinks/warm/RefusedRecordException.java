package io.headrace.sinks.warm;

import io.headrace.catalogue.Reason;
import org.apache.kafka.connect.errors.DataException;

/**
 * A record that can never be stored. The message is {@code REASON: detail} in one line: it is what the dead letter
 * carries in {@code __connect.errors.exception.message}.
 */
public final class RefusedRecordException extends DataException {
    private final Reason reason;

    RefusedRecordException(Reason reason, String detail) {
        super(reason + ": " + detail.lines().findFirst().orElse(""));
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
