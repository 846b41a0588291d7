package io.headrace.streams.decode;

/** One content type's way from bytes to samples. Safe for use by several threads. */
@FunctionalInterface
public interface Format {
    /**
     * All samples of a payload.
     *
     * @throws io.headrace.registry.RegistryUnavailableException where time may heal it; nothing else that is unchecked
     */
    Decoded.Samples read(Content content) throws Rejection;
}
