package io.headrace.streams.decode.line;

import io.headrace.streams.decode.TimeText;
import java.time.Instant;
import java.util.Optional;

/** The unit of a line's time. */
enum Precision {
    NANOSECONDS,
    MICROSECONDS,
    MILLISECONDS,
    SECONDS;

    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MILLIS_PER_SECOND = 1_000;

    /** By the names that InfluxDB's interfaces have for them. */
    static Optional<Precision> find(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "ns", "n" -> NANOSECONDS;
                    case "us", "u" -> MICROSECONDS;
                    case "ms" -> MILLISECONDS;
                    case "s" -> SECONDS;
                    default -> null;
                });
    }

    /** Times beyond the years 1 to 9999 become their end. */
    Instant instant(long time) {
        return switch (this) {
            case NANOSECONDS -> TimeText.ofMicros(Math.floorDiv(time, NANOS_PER_MICRO));
            case MICROSECONDS -> TimeText.ofMicros(time);
            case MILLISECONDS -> TimeText.ofMillis(time);
            case SECONDS ->
                Math.abs(time) > Long.MAX_VALUE / MILLIS_PER_SECOND || time == Long.MIN_VALUE
                        ? TimeText.ofMillis(time > 0 ? Long.MAX_VALUE : Long.MIN_VALUE)
                        : TimeText.ofMillis(time * MILLIS_PER_SECOND);
        };
    }
}
