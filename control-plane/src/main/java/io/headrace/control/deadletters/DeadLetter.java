package io.headrace.control.deadletters;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A dead letter as the API shows it.
 *
 * @param at receive time of the message
 * @param device key of the record; empty where it has none
 * @param reason {@code UNKNOWN} where the record gives none of ours: something else put it here
 * @param replays how often the message was replayed before it came to be this letter; left out for never
 * @param bytes size of the payload
 * @param headers all of the record's, the last value of each; only where one letter is shown
 * @param text payload where it is UTF-8; only where one letter is shown
 * @param base64 payload where it isn't UTF-8; only where one letter is shown
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record DeadLetter(
        String topic,
        @JsonInclude(JsonInclude.Include.ALWAYS) int partition,
        @JsonInclude(JsonInclude.Include.ALWAYS) long offset,
        Instant at,
        Optional<String> device,
        String reason,
        Optional<String> detail,
        Optional<String> stage,
        Optional<String> origin,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int replays,
        @JsonInclude(JsonInclude.Include.ALWAYS) int bytes,
        Map<String, String> headers,
        Optional<String> text,
        Optional<String> base64) {
    static final String NO_REASON = "UNKNOWN";

    /** @param topic name without the hub's prefix */
    static DeadLetter summary(String topic, ConsumerRecord<String, byte[]> row) {
        return of(topic, row, Map.of(), Optional.empty(), Optional.empty());
    }

    /** @param topic name without the hub's prefix */
    static DeadLetter whole(String topic, ConsumerRecord<String, byte[]> row) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : row.headers()) {
            headers.put(header.key(), header.value() == null ? "" : shown(header.value()));
        }
        byte[] payload = payload(row);
        Optional<String> text = text(payload);
        Optional<String> base64 = text.isPresent()
                ? Optional.empty()
                : Optional.of(Base64.getEncoder().encodeToString(payload));
        return of(topic, row, headers, text, base64);
    }

    private static DeadLetter of(
            String topic,
            ConsumerRecord<String, byte[]> row,
            Map<String, String> headers,
            Optional<String> text,
            Optional<String> base64) {
        return new DeadLetter(
                topic,
                row.partition(),
                row.offset(),
                receivedAt(row),
                Optional.ofNullable(row.key()),
                reason(row),
                Headers.findDetail(row.headers()),
                Headers.findStage(row.headers()),
                Headers.find(row.headers(), Headers.ORIGIN),
                Headers.findReplays(row.headers()),
                payload(row).length,
                headers,
                text,
                base64);
    }

    static String reason(ConsumerRecord<String, byte[]> row) {
        return Headers.findReason(row.headers()).map(Reason::name).orElse(NO_REASON);
    }

    /** Of the message, however often it was replayed since. */
    static Instant receivedAt(ConsumerRecord<String, byte[]> row) {
        return Instant.ofEpochMilli(
                Headers.findNumber(row.headers(), Headers.RECEIVED_AT).orElse(row.timestamp()));
    }

    private static byte[] payload(ConsumerRecord<String, byte[]> row) {
        return row.value() == null ? new byte[0] : row.value();
    }

    private static String shown(byte[] value) {
        return text(value).orElseGet(() -> "base64:" + Base64.getEncoder().encodeToString(value));
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }
}
