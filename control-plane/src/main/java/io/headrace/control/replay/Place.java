package io.headrace.control.replay;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import java.util.Optional;

/**
 * What a dead letter is a letter of, however often it was replayed.
 *
 * @param topic full name of the one where the record stood; empty for a message of {@code telemetry.raw}
 * @param partition there
 * @param offset there
 */
record Place(String topic, int partition, long offset) {
    private static final String CONNECT = "__connect.errors.";

    /** The message that a letter of raw names; empty where it names none. */
    static Optional<Place> ofMessage(org.apache.kafka.common.header.Headers headers) {
        return Headers.find(headers, Headers.ORIGIN)
                .flatMap(OriginHeader::parse)
                .map(origin -> new Place("", origin.getPartition(), origin.getOffset()));
    }

    /** The record that a sink has refused, by what Connect wrote or, where it was replayed, by what the replay wrote. */
    static Optional<Place> ofRefused(org.apache.kafka.common.header.Headers headers) {
        Optional<Place> source = Headers.find(headers, Headers.SOURCE).flatMap(Place::parse);
        if (source.isPresent()) {
            return source;
        }
        Optional<String> topic = Headers.find(headers, CONNECT + "topic");
        long partition = Headers.findNumber(headers, CONNECT + "partition").orElse(-1);
        long offset = Headers.findNumber(headers, CONNECT + "offset").orElse(-1);
        return topic.filter(name -> partition >= 0 && offset >= 0)
                .map(name -> new Place(name, (int) partition, offset));
    }

    private static Optional<Place> parse(String text) {
        String[] parts = text.split(":", -1);
        try {
            return parts.length == 3
                    ? Optional.of(new Place(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2])))
                    : Optional.empty();
        } catch (NumberFormatException notAPlace) {
            return Optional.empty();
        }
    }

    /** As {@link Headers#SOURCE} has it. */
    String text() {
        return topic + ":" + partition + ":" + offset;
    }
}
