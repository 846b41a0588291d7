package io.headrace.embedded;

/** An embedded server didn't come up. The message is one line that names the server and why. */
public final class NotStartedException extends RuntimeException {
    public NotStartedException(String message) {
        super(message);
    }

    public NotStartedException(String message, Throwable cause) {
        super(message, cause);
    }
}
