package io.headrace.config;

/** The configuration can't be used. The message is one line for the person who wrote it: key, value and what it may be. */
public final class ConfigException extends RuntimeException {
    public ConfigException(String message) {
        super(message);
    }
}
