package io.headrace.control.replay;

import io.headrace.catalogue.Erased;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * One dead letter.
 *
 * @param lane its way back
 * @param place of the message or record; empty where the letter names none: something else put it here
 * @param replays how often the message was replayed before it came to be this letter
 * @param receivedAt when the gateway received the message
 */
record Letter(ConsumerRecord<byte[], byte[]> row, Lane lane, Optional<Place> place, int replays, Instant receivedAt) {
    private static final String NO_REASON = "UNKNOWN";
    private static final String STREAMS_ERRORS = "__streams.errors.";
    private static final String CONNECT_ERRORS = "__connect.errors.";

    static Letter of(Lane lane, ConsumerRecord<byte[], byte[]> row) {
        long receivedAt = Headers.findNumber(row.headers(), Headers.RECEIVED_AT).orElse(row.timestamp());
        return new Letter(
                row,
                lane,
                lane.placeOf(row.headers()),
                Headers.findReplays(row.headers()),
                Instant.ofEpochMilli(receivedAt));
    }

    Optional<byte[]> key() {
        return Optional.ofNullable(row.key());
    }

    Optional<byte[]> value() {
        return Optional.ofNullable(row.value());
    }

    String reason() {
        return Headers.findReason(row.headers()).map(Reason::name).orElse(NO_REASON);
    }

    /** Whether it names its message and has all of its bytes. */
    boolean isReplayable() {
        return place.isPresent() && row.headers().lastHeader(Headers.CUT) == null;
    }

    /** Whether the device had sent its message before it was erased. */
    boolean isErased(Erased erased) {
        return row.key() != null
                && Headers.find(row.headers(), Headers.ORIGIN)
                        .flatMap(OriginHeader::parse)
                        .filter(origin -> erased.covers(
                                new String(row.key(), StandardCharsets.ISO_8859_1),
                                origin.getPartition(),
                                origin.getOffset()))
                        .isPresent();
    }

    /**
     * The message as it came, and that it comes again: in the partition of its origin, whose processor or task knows
     * what became of it. Its reason stays with it, for the account: it says what the message was before.
     *
     * @param now the record's timestamp, so that retention doesn't take it for as old as its message
     */
    ProducerRecord<byte[], byte[]> toReplay(String replay, long now) {
        Place from = place.orElseThrow();
        RecordHeaders headers = new RecordHeaders();
        for (Header header : row.headers()) {
            if (!isOfDeath(header.key())) {
                headers.add(header);
            }
        }
        Headers.set(headers, Headers.REPLAYS, Integer.toString(replays + 1));
        Headers.set(headers, Headers.REPLAY, replay);
        Headers.set(headers, Headers.RECEIVED_AT, Long.toString(receivedAt.toEpochMilli()));
        if (lane.ofSink()) {
            Headers.set(headers, Headers.SOURCE, from.text());
        }
        return new ProducerRecord<>(lane.back(), from.partition(), now, row.key(), row.value(), headers);
    }

    private boolean isOfDeath(String header) {
        return header.equals(Headers.DETAIL)
                || header.equals(Headers.STAGE)
                || (lane.ofSink() && header.equals(Headers.REASON))
                || header.startsWith(STREAMS_ERRORS)
                || header.startsWith(CONNECT_ERRORS);
    }
}
