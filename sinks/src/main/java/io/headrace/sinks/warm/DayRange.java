package io.headrace.sinks.warm;

import io.headrace.sinks.warm.WarmSinkConfig.Width;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;

/**
 * The days of one partition, in UTC.
 *
 * @param table its name, in schema headrace
 * @param from the first day
 * @param to the day after the last
 * @param madeAt the beginning of all time where nobody knows
 */
record DayRange(String table, LocalDate from, LocalDate to, Instant madeAt) {

    /** The month that the day is in, where that is wanted and none of its days is taken; else the day. */
    static DayRange of(LocalDate day, Width width, Collection<DayRange> taken, Instant now) {
        LocalDate first = day.withDayOfMonth(1);
        DayRange month = new DayRange("readings_%tY_%<tm".formatted(first), first, first.plusMonths(1), now);
        if (width == Width.MONTH && taken.stream().noneMatch(month::overlaps)) {
            return month;
        }
        return new DayRange("readings_%tY_%<tm_%<td".formatted(day), day, day.plusDays(1), now);
    }

    boolean covers(LocalDate day) {
        return !day.isBefore(from) && day.isBefore(to);
    }

    private boolean overlaps(DayRange other) {
        return from.isBefore(other.to) && other.from.isBefore(to);
    }
}
