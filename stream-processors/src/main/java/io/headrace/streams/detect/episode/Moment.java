package io.headrace.streams.detect.episode;

import io.headrace.record.Clock;
import io.headrace.record.Reading;
import java.time.Instant;

/**
 * When a reading was, and whether it counts.
 *
 * @param at event time, epoch microseconds
 * @param isKnown whether that is when it was measured: not where the device's clock was impossible
 * @param receivedAt epoch milliseconds
 * @param maintenance id of the maintenance that the device was in; empty for none
 */
public record Moment(long at, boolean isKnown, long receivedAt, String maintenance) {
    private static final long MICROS_PER_SECOND = 1_000_000;

    public static Moment of(Reading reading, String maintenance) {
        return new Moment(
                micros(reading.getObservedAt()),
                reading.getClock() != Clock.CORRECTED,
                reading.getReceivedAt().toEpochMilli(),
                maintenance);
    }

    public static long micros(Instant time) {
        return time.getEpochSecond() * MICROS_PER_SECOND + time.getNano() / 1_000;
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
    }
}
