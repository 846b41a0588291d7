package io.headrace.streams.normalize;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Reason;
import io.headrace.record.Origin;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/** Headers of raw records, and what of them goes on to what is derived. */
final class RawHeaders {
    private static final String STAGE = "normalize";

    /** Facts that a reading doesn't hold in its value. */
    private static final Set<String> PASSED =
            Set.of(Headers.TRACEPARENT, Headers.TRACESTATE, Headers.CORRELATION_ID, Headers.TOPIC);

    /** A reading of some 100 bytes must not travel with a device's 64 KiB of properties, once per element of a batch. */
    private static final int PASSED_BYTES = 4 * 1024;

    private RawHeaders() {}

    static RawMessage message(FixedKeyRecord<String, byte[]> record, byte[] payload, Origin origin) {
        var headers = record.headers();
        return new RawMessage(
                record.key(),
                payload,
                Instant.ofEpochMilli(record.timestamp()),
                origin,
                Headers.find(headers, Headers.CONTENT_TYPE),
                Headers.find(headers, Headers.CONTENT_ENCODING),
                Headers.find(headers, Headers.CHANNEL),
                Headers.find(headers, Headers.MESSAGE_ID).map(Duplicates::bounded),
                Headers.find(headers, Headers.DEVICE_TIME),
                Headers.find(headers, Headers.EXPIRES_AT),
                Headers.find(headers, Headers.PACKET_ID),
                Headers.find(headers, Headers.RESEND).isPresent());
    }

    /** Of a reading: its origin, the trace, and application properties while they are few. */
    static org.apache.kafka.common.header.Headers ofReading(
            org.apache.kafka.common.header.Headers source, String origin) {
        var headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, origin);
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
    static org.apache.kafka.common.header.Headers ofDeadLetter(
            org.apache.kafka.common.header.Headers source, Origin origin, Reason reason, String detail) {
        var headers = new RecordHeaders(source.toArray());
        Headers.set(headers, Headers.ORIGIN, OriginHeader.ofMessage(origin));
        Headers.set(headers, Headers.REASON, reason.name());
        Headers.set(headers, Headers.DETAIL, detail);
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
