package io.headrace.streams.decode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Times as devices give them, to the microsecond. */
public final class TimeText {
    /** Microseconds since 1970 that every consumer can turn into a date: the years 1 to 9999. */
    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();

    private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private TimeText() {}

    /**
     * ISO 8601 with an offset, as in {@code 2026-01-01T00:00:00.5Z}. Without one it is no instant: empty, as for what is
     * no time at all.
     */
    public static Optional<Instant> parse(String text) {
        if (text.length() > 64) {
            return Optional.empty();
        }
        try {
            return Optional.of(bounded(OffsetDateTime.parse(text).toInstant()));
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }

    /** Decimal milliseconds since 1970; empty for what is no whole number. */
    public static Optional<Instant> parseMillis(String text) {
        try {
            return text.length() > 20 ? Optional.empty() : Optional.of(ofMillis(Long.parseLong(text)));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    /** From milliseconds since 1970; beyond the years 1 to 9999 their end. */
    public static Instant ofMillis(long millis) {
        return bounded(Instant.ofEpochMilli(millis));
    }

    /** From a finite number of seconds since 1970, to the microsecond; beyond the years 1 to 9999 their end. */
    public static Instant ofSeconds(double seconds) {
        double inRange = Math.clamp(seconds, (double) FIRST, (double) LAST);
        return bounded(Instant.EPOCH.plus(Math.round(inRange * 1e6), ChronoUnit.MICROS));
    }

    /** From microseconds since 1970; beyond the years 1 to 9999 their end. */
    public static Instant ofMicros(long micros) {
        return bounded(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    private static Instant bounded(Instant instant) {
        long second = instant.getEpochSecond();
        if (second < FIRST || second > LAST) {
            return Instant.ofEpochSecond(Math.clamp(second, FIRST, LAST));
        }
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
