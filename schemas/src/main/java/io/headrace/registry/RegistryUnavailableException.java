package io.headrace.registry;

import org.apache.kafka.common.errors.RetriableException;

/** The registry didn't answer, or answered that it can't now. */
public final class RegistryUnavailableException extends RetriableException {
    public RegistryUnavailableException(String message) {
        super(message);
    }

    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
