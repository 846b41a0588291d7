package io.headrace.streams.decode;

import java.time.Instant;
import java.util.Optional;

/**
 * The bytes of one message, and what its sender said of them.
 *
 * @param bytes as the device sent them; not changed by decoding
 * @param contentType media type, parameters allowed; empty where the device gave none
 * @param contentEncoding as in HTTP; empty for none
 * @param receivedAt when the gateway received it: the now of relative times
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy of each payload would cost more than it protects
public record Payload(
        byte[] bytes,
        Optional<String> contentType,
        Optional<String> contentEncoding,
        Instant receivedAt,
        Sender sender) {
    /** Of a sender of whom nothing is known. */
    public Payload(byte[] bytes, Optional<String> contentType, Optional<String> contentEncoding, Instant receivedAt) {
        this(bytes, contentType, contentEncoding, receivedAt, Sender.UNKNOWN);
    }
}
