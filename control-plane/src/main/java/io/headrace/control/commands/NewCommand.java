package io.headrace.control.commands;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.catalogue.CommandId;
import io.headrace.control.access.Caller;
import io.headrace.control.http.Json;
import io.headrace.control.http.Problem;
import io.headrace.record.DeviceCommand;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Body of a request for a command.
 *
 * @param id the idempotency key; null for one of our own
 * @param name what is to be done
 * @param payload any JSON, which the device gets as it is; null for none
 * @param payloadBase64 other bytes; null for none
 * @param contentType of {@code payloadBase64}
 * @param ttlSeconds for how long it is offered; null for a minute
 */
record NewCommand(
        @Nullable String id,
        @Nullable String name,
        @Nullable JsonNode payload,
        @Nullable String payloadBase64,
        @Nullable String contentType,
        @Nullable Long ttlSeconds) {
    static final int MAX_PAYLOAD = 64 << 10;
    private static final int MAX_NAME = 128;
    private static final int MAX_TYPE = 256;
    private static final long LONGEST = Duration.ofDays(1).toSeconds();
    private static final byte[] NOTHING = {};

    /** @throws Problem (400) that says what is wrong */
    DeviceCommand toCommand(String device, Caller caller, Instant now) {
        if (id != null && !CommandId.isValid(id)) {
            throw Problem.badRequest("id must be 1 to 128 of A-Z a-z 0-9 - . _ : =");
        }
        if (name == null || name.isEmpty() || !isPlain(name, MAX_NAME)) {
            throw Problem.badRequest("name must be 1 to " + MAX_NAME + " characters, none of them a control character");
        }
        long ttl = ttlSeconds == null ? 60 : ttlSeconds;
        if (ttl < 1 || ttl > LONGEST) {
            throw Problem.badRequest("ttlSeconds must be from 1 to " + LONGEST);
        }
        byte[] bytes = bytes();
        if (bytes.length > MAX_PAYLOAD) {
            throw Problem.badRequest("a payload has at most " + MAX_PAYLOAD + " bytes, this one has " + bytes.length);
        }
        return DeviceCommand.newBuilder()
                .setId(id == null ? UUID.randomUUID().toString() : id)
                .setDeviceId(device)
                .setName(name)
                .setPayload(ByteBuffer.wrap(bytes))
                .setContentType(type(bytes))
                .setCreatedAt(now)
                .setExpiresAt(now.plusSeconds(ttl))
                .setBy(caller.name())
                .build();
    }

    private byte[] bytes() {
        JsonNode json = payload == null || payload.isNull() ? null : payload;
        if (payloadBase64 == null) {
            return json == null ? NOTHING : Json.bytes(json);
        }
        if (json != null) {
            throw Problem.badRequest("payload and payloadBase64 exclude each other");
        }
        try {
            return Base64.getDecoder().decode(payloadBase64);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("payloadBase64 isn't Base64");
        }
    }

    private String type(byte[] bytes) {
        if (contentType != null && payloadBase64 == null) {
            throw Problem.badRequest("contentType is for payloadBase64: payload is application/json");
        }
        if (contentType != null && !isPlain(contentType, MAX_TYPE)) {
            throw Problem.badRequest(
                    "contentType must be at most " + MAX_TYPE + " characters, none of them a control character");
        }
        if (payloadBase64 != null) {
            return contentType == null ? "application/octet-stream" : contentType;
        }
        return bytes.length == 0 ? "" : "application/json";
    }

    private static boolean isPlain(String text, int longest) {
        return text.length() <= longest && text.chars().noneMatch(Character::isISOControl);
    }
}
