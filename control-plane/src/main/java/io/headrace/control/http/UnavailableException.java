package io.headrace.control.http;

import org.jspecify.annotations.Nullable;

/** Something outside this process doesn't answer just now; time may heal it. The message is one line for the log. */
public final class UnavailableException extends RuntimeException {
    public UnavailableException(String message) {
        super(message);
    }

    public UnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
