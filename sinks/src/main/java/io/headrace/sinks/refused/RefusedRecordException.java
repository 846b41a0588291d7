package io.headrace.sinks.refused;

import io.headrace.catalogue.Reason;
import org.apache.kafka.connect.errors.DataException;

/**
 * A record that can never be stored, or delivered. The message is {@code REASON: detail} in one line: it is what the dead letter
 * carries in {@code __connect.errors.exception.message}.
 */
public final class RefusedRecordException extends DataException {
    private final Reason reason;

    public RefusedRecordException(Reason reason, String detail) {
        super(reason + ": " + detail.lines().findFirst().orElse(""));
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
