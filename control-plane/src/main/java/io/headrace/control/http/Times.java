package io.headrace.control.http;

import java.time.DateTimeException;
import java.time.Instant;

/** Times in requests. */
public final class Times {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private Times() {}

    /**
     * A time of ISO 8601 in UTC. Of a year with four digits: what records have in microseconds holds no other.
     *
     * @param name what the time is called where it stands
     * @throws Problem (400) where it is none
     */
    public static Instant of(String name, String text) {
        try {
            Instant time = Instant.parse(text);
            if (!time.isBefore(FIRST) && !time.isAfter(LAST)) {
                return time;
            }
        } catch (DateTimeException noTime) {
            // said below, as for one out of range
        }
        throw Problem.badRequest(name + " must be a time of ISO 8601 in UTC, such as 2026-03-01T06:00:00Z");
    }
}
