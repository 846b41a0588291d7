package io.headrace.rule;

import io.headrace.record.RuleSchedule;
import io.headrace.record.Weekday;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hours of the week in a time zone, as a rule's schedule has them. A span past midnight belongs to the day on which it
 * begins. Where a clock is put forward, hours that don't exist are skipped; where it is put back, they count twice. Safe
 * for use by several threads: all remember the last stretch of time that was asked for.
 */
public final class Hours {
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])|24:00");
    private static final int DAY = 24 * 60;

    private final ZoneId zone;
    private final Set<DayOfWeek> days;
    private final int from;
    private final int to;
    private volatile Stretch last = new Stretch(0, 0, false);

    /** A minute, in which nothing changes; epoch microseconds. */
    private record Stretch(long from, long to, boolean open) {}

    private Hours(ZoneId zone, Set<DayOfWeek> days, int from, int to) {
        this.zone = zone;
        this.days = days;
        this.from = from;
        this.to = to;
    }

    /** @throws InvalidRuleException naming the member, and what it may be */
    public static Hours of(RuleSchedule schedule) throws InvalidRuleException {
        ZoneId zone;
        try {
            zone = ZoneId.of(schedule.getZone());
        } catch (DateTimeException unknown) {
            throw new InvalidRuleException("schedule.zone", "must be a time zone such as Europe/Berlin");
        }
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (Weekday day : schedule.getDays()) {
            days.add(DayOfWeek.valueOf(day.name()));
        }
        return new Hours(
                zone,
                days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days,
                minutes("schedule.from", schedule.getFrom()),
                minutes("schedule.to", schedule.getTo()));
    }

    private static int minutes(String member, String text) throws InvalidRuleException {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw new InvalidRuleException(member, "must be a time such as 08:30, up to 24:00");
        }
        return parts.group(1) == null ? DAY : Integer.parseInt(parts.group(1)) * 60 + Integer.parseInt(parts.group(2));
    }

    /** @param at epoch microseconds */
    public boolean isOpen(long at) {
        Stretch known = last;
        if (at >= known.from && at < known.to) {
            return known.open;
        }
        long minute = Math.floorDiv(at, 60_000_000L) * 60_000_000L;
        Stretch asked = new Stretch(minute, minute + 60_000_000L, judge(minute));
        last = asked;
        return asked.open;
    }

    private boolean judge(long at) {
        ZonedDateTime local = Instant.EPOCH.plus(at, ChronoUnit.MICROS).atZone(zone);
        int minute = local.getHour() * 60 + local.getMinute();
        LocalDate today = local.toLocalDate();
        if (from < to) {
            return minute >= from && minute < to && days.contains(today.getDayOfWeek());
        }
        return minute >= from
                ? days.contains(today.getDayOfWeek())
                : minute < to && days.contains(today.minusDays(1).getDayOfWeek());
    }
}
