package io.headrace.control.replay;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.control.kafka.TopicScan;
import io.headrace.record.Origin;
import java.util.HashMap;
import java.util.Map;

/**
 * How often each message was replayed, as {@code telemetry.replay} has it: a byte for each message, for stretches of raw
 * partitions in which there was any. Owned by one thread.
 */
final class Attempts {
    private static final int BITS = 12;
    private static final int STRETCH = 1 << BITS;

    private final Map<Place, byte[]> stretches = new HashMap<>();

    private record Place(int partition, long stretch) {}

    /** All replays that are committed by now. */
    static Attempts read(TopicScan scan, String topic) {
        Attempts attempts = new Attempts();
        scan.readAll(
                topic,
                row -> Headers.find(row.headers(), Headers.ORIGIN)
                        .flatMap(OriginHeader::parse)
                        .ifPresent(origin -> attempts.note(origin, Headers.findReplays(row.headers()))));
        return attempts;
    }

    /** 0 for never. */
    int of(Origin origin) {
        byte[] stretch = stretches.get(place(origin));
        return stretch == null ? 0 : stretch[index(origin)];
    }

    void note(Origin origin, int replays) {
        byte[] stretch = stretches.computeIfAbsent(place(origin), key -> new byte[STRETCH]);
        stretch[index(origin)] = (byte) Math.max(stretch[index(origin)], Math.min(replays, Byte.MAX_VALUE));
    }

    private static Place place(Origin origin) {
        return new Place(origin.getPartition(), origin.getOffset() >> BITS);
    }

    private static int index(Origin origin) {
        return (int) (origin.getOffset() & (STRETCH - 1));
    }
}
