package io.headrace.streams.rules;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rule as it stands in its topic: the version that judges what comes from a point in time on, and the one that judges
 * what was before. Which of them it is hinges on the reading alone, so that every instance, and every run over history,
 * has the same answer; as long as the record is there before the readings of that time are processed.
 *
 * @param current null where it is disabled from the point on, or broken
 * @param earlier null where there was none
 * @param point epoch microseconds; {@link Long#MIN_VALUE} for one that has always been
 * @param byObserved whether a reading's own time is held against the point, and not the time when it was received
 * @param isBroken whether the current version can't be used
 */
record Versions(
        String id,
        @Nullable ActiveRule current,
        @Nullable ActiveRule earlier,
        long point,
        boolean byObserved,
        boolean isBroken) {
    /**
     * Whether a reading comes after the point, so that the current version judges it.
     *
     * @param receivedAt epoch microseconds
     * @param observedAt epoch microseconds
     */
    boolean isCurrentAt(long receivedAt, long observedAt) {
        return (byObserved ? observedAt : receivedAt) >= point;
    }

    Stream<ActiveRule> all() {
        return Stream.of(current, earlier).flatMap(Stream::ofNullable);
    }
}
