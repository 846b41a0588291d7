package io.headrace.standalone;

/** A port or the data folder belongs to another process. The message is one line that says which, and what to do. */
public final class InUseException extends RuntimeException {
    public InUseException(String message) {
        super(message);
    }
}
