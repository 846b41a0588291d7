package io.headrace.streams.window.shape;

import io.headrace.record.WindowKind;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneRules;

/**
 * Tumbling windows as a wall calendar of a time zone has them. A day is as long as it is there, 23 or 25 hours where the
 * clocks are changed; weeks begin on Monday (ISO 8601). Hours begin with the hour of the local clock: where it is moved
 * by half an hour, one lasts 30 minutes.
 */
public record Calendar(Unit unitOf, ZoneId zone) implements Grid {
    /** What a calendar knows. */
    public enum Unit {
        HOUR(Duration.ofHours(1)),
        DAY(Duration.ofDays(1)),
        WEEK(Duration.ofDays(7)),
        MONTH(Duration.ofDays(30));

        private final Duration nominal;

        Unit(Duration nominal) {
            this.nominal = nominal;
        }
    }

    @Override
    public WindowKind kind() {
        return WindowKind.TUMBLING;
    }

    @Override
    public long sizeMs() {
        return unitOf.nominal.toMillis();
    }

    @Override
    public long pane(long instant) {
        if (unitOf == Unit.HOUR) {
            return hour(instant);
        }
        long start = micros(firstDay(date(instant)));
        long next = next(start);
        // a local time shortly before midnight that comes again when midnight has been
        return instant < next ? start : next;
    }

    @Override
    public long next(long pane) {
        if (unitOf == Unit.HOUR) {
            return nextHour(pane);
        }
        LocalDate first = firstDay(date(pane));
        return micros(
                switch (unitOf) {
                    case HOUR, DAY -> first.plusDays(1);
                    case WEEK -> first.plusWeeks(1);
                    case MONTH -> first.plusMonths(1);
                });
    }

    @Override
    public long end(long start) {
        return next(start);
    }

    @Override
    public long earliest(long pane) {
        return pane;
    }

    @Override
    public long firstEndingFrom(long instant) {
        return pane(instant - 1);
    }

    @Override
    public boolean isPaned() {
        return false;
    }

    @Override
    public boolean isComplete() {
        return true;
    }

    @Override
    public long unit() {
        return 1_000_000;
    }

    private LocalDate firstDay(LocalDate date) {
        return switch (unitOf) {
            case HOUR, DAY -> date;
            case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> date.withDayOfMonth(1);
        };
    }

    private LocalDate date(long instant) {
        return LocalDate.ofInstant(instant(instant), zone);
    }

    private long micros(LocalDate date) {
        return micros(date.atStartOfDay(zone).toInstant());
    }

    /**
     * Hours of one offset begin with the hour of its local clock. A change of offset begins one too, unless it is by
     * whole hours: then the hours before and after it meet.
     */
    private long hour(long instant) {
        ZoneRules rules = zone.getRules();
        ZoneOffset offset = rules.getOffset(instant(instant));
        LocalDateTime local = LocalDateTime.ofInstant(instant(instant), offset).truncatedTo(ChronoUnit.HOURS);
        long start = micros(local.toInstant(offset));
        var changed = rules.previousTransition(instant(instant).plusNanos(1));
        return changed == null ? start : Math.max(start, micros(changed.getInstant()));
    }

    private long nextHour(long hour) {
        ZoneRules rules = zone.getRules();
        ZoneOffset offset = rules.getOffset(instant(hour));
        LocalDateTime local = LocalDateTime.ofInstant(instant(hour), offset).truncatedTo(ChronoUnit.HOURS);
        long end = micros(local.plusHours(1).toInstant(offset));
        var change = rules.nextTransition(instant(hour));
        return change == null ? end : Math.min(end, micros(change.getInstant()));
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    @Override
    public String toString() {
        return unitOf + "/" + zone;
    }
}
