package io.headrace.streams.normalize;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Headers of raw records, and what of them goes on to what is derived. */
final class RawHeaders {
    private static final String STAGE = "normalize";

    /** Facts that a reading doesn't hold in its value. */
    private static final Set<String> PASSED =
            Set.of(Headers.TRACEPARENT, Headers.TRACESTATE, Headers.CORRELATION_ID, Headers.TOPIC, Headers.GATEWAY);

    /** What only a replay writes. */
    private static final List<String> REPLAY_FACTS =
            List.of(Headers.REPLAYS, Headers.REPLAY, Headers.RECEIVED_AT, Headers.CUT);

    /** A reading of some 100 bytes must not travel with a device's 64 KiB of properties, once per element of a batch. */
    private static final int PASSED_BYTES = 4 * 1024;

    private RawHeaders() {}

    /** @param key of the record; null for a record without one, whose message is nobody's */
    static RawMessage message(
            org.apache.kafka.common.header.Headers headers, @Nullable String key, byte[] payload, Arrival arrival) {
        Said said = new Said();
        for (Header header : headers) {
            said.take(header);
        }
        return new RawMessage(
                key == null ? "" : key,
                payload,
                arrival.receivedAt(),
                arrival.origin(),
                Optional.ofNullable(said.contentType),
                Optional.ofNullable(said.contentEncoding),
                Optional.ofNullable(said.channel),
                Optional.ofNullable(said.topic == null ? said.channel : said.topic),
                Optional.ofNullable(said.precision),
                Optional.ofNullable(said.messageId).map(Duplicates::bounded),
                Optional.ofNullable(said.deviceTime),
                Optional.ofNullable(said.expiresAt),
                Optional.ofNullable(said.packetId),
                said.resend != null);
    }

    /** The last value of each header that says something of a message, found in one pass. */
    private static final class Said {
        private @Nullable String contentType;
        private @Nullable String contentEncoding;
        private @Nullable String channel;
        private @Nullable String topic;
        private @Nullable String precision;
        private @Nullable String messageId;
        private @Nullable String deviceTime;
        private @Nullable String expiresAt;
        private @Nullable String packetId;
        private @Nullable String resend;

        private void take(Header header) {
            switch (header.key()) {
                case Headers.CONTENT_TYPE -> contentType = Headers.text(header);
                case Headers.CONTENT_ENCODING -> contentEncoding = Headers.text(header);
                case Headers.CHANNEL -> channel = Headers.text(header);
                case Headers.TOPIC -> topic = Headers.text(header);
                case Headers.PRECISION -> precision = Headers.text(header);
                case Headers.MESSAGE_ID -> messageId = Headers.text(header);
                case Headers.DEVICE_TIME -> deviceTime = Headers.text(header);
                case Headers.EXPIRES_AT -> expiresAt = Headers.text(header);
                case Headers.PACKET_ID -> packetId = Headers.text(header);
                case Headers.RESEND -> resend = Headers.text(header);
                default -> {
                    // for others
                }
            }
        }
    }

    /** Of a reading: its origin, its gateway, how often it was replayed, the trace, and application properties while they are few. */
    static org.apache.kafka.common.header.Headers ofReading(
            org.apache.kafka.common.header.Headers source, String origin, Arrival arrival) {
        var headers = new RecordHeaders();
        headers.add(Headers.ORIGIN, origin.getBytes(StandardCharsets.UTF_8));
        if (arrival.isReplay()) {
            Headers.set(headers, Headers.REPLAYS, Integer.toString(arrival.replays()));
        }
        int bytes = 0;
        for (Header header : source) {
            if (PASSED.contains(header.key()) || header.key().startsWith(Headers.PROPERTY_PREFIX)) {
                bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
                if (bytes <= PASSED_BYTES) {
                    headers.add(header);
                }
            }
        }
        return headers;
    }

    /** Of a dead letter: all that the source had, and why it is one. */
    static RecordHeaders ofDeadLetter(
            org.apache.kafka.common.header.Headers source, Arrival arrival, Verdict.SetAside verdict) {
        var headers = new RecordHeaders(source.toArray());
        if (!arrival.isReplay()) {
            REPLAY_FACTS.forEach(headers::remove);
        }
        Headers.set(headers, Headers.ORIGIN, OriginHeader.ofMessage(arrival.origin()));
        Headers.set(headers, Headers.REASON, verdict.reason().name());
        Headers.set(headers, Headers.DETAIL, verdict.detail());
        Headers.set(headers, Headers.STAGE, STAGE);
        return headers;
    }

    /** Bytes that a record of these headers and this value takes, at least. */
    static int size(org.apache.kafka.common.header.Headers headers, byte[] value) {
        int size = value.length;
        for (Header header : headers) {
            size += 10 + header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }
}
