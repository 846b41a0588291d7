package io.headrace.streams.normalize;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Origin;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a message comes to normalize.
 *
 * @param origin where its raw record stands, or stood
 * @param receivedAt when the gateway received it
 * @param replays how often it was replayed; 0 where it comes for the first time
 */
record Arrival(Origin origin, Instant receivedAt, int replays) {
    boolean isReplay() {
        return replays > 0;
    }

    /** Of a raw record. Whatever its headers say of a replay, no gateway wrote. */
    static Arrival first(int partition, long offset, long timestamp) {
        return new Arrival(new Origin(partition, offset, 0), Instant.ofEpochMilli(timestamp), 0);
    }

    /**
     * Of a record of {@code telemetry.replay}; empty where it doesn't say what message it is, or stands in another
     * partition than that.
     */
    static Optional<Arrival> again(org.apache.kafka.common.header.Headers headers, int partition) {
        OptionalLong receivedAt = Headers.findNumber(headers, Headers.RECEIVED_AT);
        int replays = Headers.findReplays(headers);
        return Headers.find(headers, Headers.ORIGIN)
                .flatMap(OriginHeader::parse)
                .filter(origin -> origin.getPartition() == partition && replays > 0 && receivedAt.isPresent())
                .map(origin -> new Arrival(origin, Instant.ofEpochMilli(receivedAt.getAsLong()), replays));
    }
}
