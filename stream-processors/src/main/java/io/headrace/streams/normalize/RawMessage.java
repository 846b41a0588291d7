package io.headrace.streams.normalize;

import io.headrace.record.Origin;
import java.time.Instant;
import java.util.Optional;

/**
 * One accepted message, and what its headers say of it.
 *
 * @param device id of its authenticated sender
 * @param payload as the device sent it
 * @param receivedAt when the gateway received it
 * @param deviceTime text of the device's own time, milliseconds since 1970
 * @param expiresAt text of the time from when it has no more use, milliseconds since 1970
 * @param topic of MQTT, without {@code telemetry/} where it began so
 * @param precision the property of this name: unit of the times in the payload
 * @param packetId of MQTT QoS 1 and 2
 * @param resend whether the device marked it as a resend
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy of each payload would cost more than it protects
record RawMessage(
        String device,
        byte[] payload,
        Instant receivedAt,
        Origin origin,
        Optional<String> contentType,
        Optional<String> contentEncoding,
        Optional<String> channel,
        Optional<String> topic,
        Optional<String> precision,
        Optional<String> messageId,
        Optional<String> deviceTime,
        Optional<String> expiresAt,
        Optional<String> packetId,
        boolean resend) {}
