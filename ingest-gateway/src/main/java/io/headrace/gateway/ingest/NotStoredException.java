package io.headrace.gateway.ingest;

/** A message that must not be acknowledged. Carries no stack trace: it is an answer, not a bug. */
public final class NotStoredException extends RuntimeException {
    /** What the device may do about it. */
    public enum Cause {
        /** Kafka is away or too slow: try again later. */
        UNAVAILABLE,
        /** The gateway's budget for messages in flight is used up: try again later. */
        NO_ROOM,
        /** Larger than the limit: never try again. */
        TOO_LARGE
    }

    private final Cause kind;

    public NotStoredException(Cause kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Cause kind() {
        return kind;
    }
}
