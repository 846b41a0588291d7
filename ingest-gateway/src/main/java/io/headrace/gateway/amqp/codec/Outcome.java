package io.headrace.gateway.amqp.codec;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of a delivery, as the sender is told (section 3.4). */
public enum Outcome {
    /** Stored. */
    ACCEPTED(0x24, null, ""),
    /** Not stored: to be sent again. */
    RELEASED(0x26, null, ""),
    /** Never to be sent again. */
    TOO_LARGE(0x25, Condition.MESSAGE_SIZE_EXCEEDED, "the message is larger than the limit"),
    /** Never to be sent again. */
    DAMAGED(0x25, Condition.DECODE_ERROR, "the bytes are no message"),
    /** Never to be sent again. */
    UNSUPPORTED(0x25, Condition.NOT_IMPLEMENTED, "the body must be data, or a value that is binary or text"),
    /** Never to be sent again: an answer to a command. */
    NO_COMMAND(
            0x25,
            Condition.NOT_FOUND,
            "correlation-id is no command of the device's, or of one that was over long ago"),
    /** Never to be sent again: an answer to a command. */
    NO_STATUS(0x25, Condition.INVALID_FIELD, "the property status must be succeeded or failed");

    private final int code;
    private final Optional<Condition> condition;
    private final String detail;

    Outcome(int code, @Nullable Condition condition, String detail) {
        this.code = code;
        this.condition = Optional.ofNullable(condition);
        this.detail = detail;
    }

    int code() {
        return code;
    }

    /** Why it is rejected; empty where it isn't. */
    public Optional<Condition> condition() {
        return condition;
    }

    String detail() {
        return detail;
    }
}
