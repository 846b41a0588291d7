package io.headrace.control.replay;

import io.headrace.catalogue.Headers;
import io.headrace.control.kafka.TopicScan;
import java.util.HashMap;
import java.util.Map;

/**
 * How often each message was replayed, as the topic of a lane has it: a byte for each message, for stretches of
 * partitions in which there was any. Owned by one thread.
 */
final class Attempts {
    private static final int BITS = 12;
    private static final int STRETCH = 1 << BITS;

    private final Map<Stretch, byte[]> stretches = new HashMap<>();

    private record Stretch(String topic, int partition, long number) {}

    /** All replays of a lane that are committed by now. */
    static Attempts read(TopicScan scan, Lane lane) {
        Attempts attempts = new Attempts();
        scan.readAll(
                lane.back(),
                row -> lane.placeOf(row.headers())
                        .ifPresent(place -> attempts.note(place, Headers.findReplays(row.headers()))));
        return attempts;
    }

    /** 0 for never. */
    int of(Place place) {
        byte[] stretch = stretches.get(stretch(place));
        return stretch == null ? 0 : stretch[index(place)];
    }

    void note(Place place, int replays) {
        byte[] stretch = stretches.computeIfAbsent(stretch(place), key -> new byte[STRETCH]);
        stretch[index(place)] = (byte) Math.max(stretch[index(place)], Math.min(replays, Byte.MAX_VALUE));
    }

    private static Stretch stretch(Place place) {
        return new Stretch(place.topic(), place.partition(), place.offset() >> BITS);
    }

    private static int index(Place place) {
        return (int) (place.offset() & (STRETCH - 1));
    }
}
