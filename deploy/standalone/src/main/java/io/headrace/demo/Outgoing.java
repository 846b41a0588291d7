package io.headrace.demo;

import java.time.Instant;
import java.util.Optional;

/**
 * One thing that a device sends: an MQTT publish or an HTTP request.
 *
 * @param at event time of its newest reading: when it is due at real speed
 * @param payload its bytes
 * @param contentType told to the gateway; empty for none
 * @param messageId told to the gateway; empty for none
 * @param deviceTime told beside the payload instead of in it
 * @param expiresInSeconds told to the gateway
 * @param expected what must become of it
 */
@SuppressWarnings("ArrayRecordComponent") // the payload is never compared
record Outgoing(
        Instant at,
        byte[] payload,
        Optional<String> contentType,
        Optional<String> messageId,
        Optional<Instant> deviceTime,
        Optional<Integer> expiresInSeconds,
        Expected expected) {

    /** JSON, with nothing beside the payload. */
    static Outgoing json(Instant at, String text, Expected expected) {
        return of(at, text.getBytes(java.nio.charset.StandardCharsets.UTF_8), "application/json", expected);
    }

    static Outgoing of(Instant at, byte[] payload, String contentType, Expected expected) {
        return new Outgoing(
                at, payload, Optional.of(contentType), Optional.empty(), Optional.empty(), Optional.empty(), expected);
    }

    Outgoing withMessageId(String id) {
        return new Outgoing(at, payload, contentType, Optional.of(id), deviceTime, expiresInSeconds, expected);
    }

    Outgoing withDeviceTime(Instant time) {
        return new Outgoing(at, payload, contentType, messageId, Optional.of(time), expiresInSeconds, expected);
    }

    Outgoing expiring(int seconds) {
        return new Outgoing(at, payload, contentType, messageId, deviceTime, Optional.of(seconds), expected);
    }
}
