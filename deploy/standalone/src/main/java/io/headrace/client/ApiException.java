package io.headrace.client;

/** The control plane refused, or didn't answer. The message is one line for the person who asked. */
public final class ApiException extends RuntimeException {
    private final int status;

    /** @param status as HTTP has it; 0 where there was no answer */
    public ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status; 0 where there was no answer. */
    public int status() {
        return status;
    }

    /** Whether asking again can't help. */
    public boolean isRefusal() {
        return status >= 400 && status < 500;
    }
}
