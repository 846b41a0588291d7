package io.headrace.streams.window.shape;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.streams.window.shape.Calendar.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarTest {
    private static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }

    /** Taken from the zones' published rules, not from the code that reads them. */
    @ParameterizedTest
    @CsvSource({
        // spring and autumn in Berlin: 23 and 25 hours
        "DAY, Europe/Berlin, 2026-03-29T10:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "DAY, Europe/Berlin, 2026-10-25T22:59:59Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "DAY, UTC, 2026-03-29T23:59:59Z, 2026-03-29T00:00:00Z, 2026-03-30T00:00:00Z",
        // where the clocks are put forward at midnight, the day begins at one
        "DAY, America/Sao_Paulo, 2017-10-15T12:00:00Z, 2017-10-15T03:00:00Z, 2017-10-16T02:00:00Z",
        // where a whole day was left out
        "DAY, Pacific/Apia, 2011-12-30T09:00:00Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
        "DAY, Pacific/Apia, 2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
        "WEEK, Europe/Berlin, 2026-03-29T21:59:59Z, 2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z",
        "MONTH, America/New_York, 2026-03-15T00:00:00Z, 2026-03-01T05:00:00Z, 2026-04-01T04:00:00Z",
        "MONTH, UTC, 2024-02-29T12:00:00Z, 2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z",
        "HOUR, Asia/Kolkata, 2026-01-01T00:29:59Z, 2025-12-31T23:30:00Z, 2026-01-01T00:30:00Z",
        // both hours that are called two o'clock
        "HOUR, Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "HOUR, Europe/Berlin, 2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        // by half an hour, from two to half past
        "HOUR, Australia/Lord_Howe, 2026-10-03T15:40:00Z, 2026-10-03T15:30:00Z, 2026-10-03T16:00:00Z"
    })
    void hasTheBoundsOfTheLocalCalendar(Unit unit, String zone, String instant, String start, String end) {
        Calendar calendar = new Calendar(unit, ZoneId.of(zone));

        long pane = calendar.pane(micros(instant));

        assertThat(pane).isEqualTo(micros(start));
        assertThat(calendar.next(pane)).isEqualTo(micros(end));
        assertThat(calendar.firstEndingFrom(micros(end))).isEqualTo(pane);
        assertThat(calendar.firstEndingFrom(micros(end) + 1)).isEqualTo(micros(end));
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "Africa/Cairo"
    })
    void leavesNoInstantOutAndHasNoneTwice(String zone) {
        Random random = new Random(1);
        for (Unit unit : Unit.values()) {
            Calendar calendar = new Calendar(unit, ZoneId.of(zone));
            for (int i = 0; i < 3_000; i++) {
                long instant = micros("1990-01-01T00:00:00Z")
                        + random.nextLong(Duration.ofDays(15_000).toSeconds()) * 1_000_000;
                long start = calendar.pane(instant);
                long end = calendar.next(start);

                assertThat(start).isLessThanOrEqualTo(instant);
                assertThat(end).isGreaterThan(instant);
                assertThat(calendar.pane(start)).isEqualTo(start);
                assertThat(calendar.pane(end - 1)).isEqualTo(start);
                assertThat(calendar.pane(end)).isEqualTo(end);
            }
        }
    }

    @Test
    void hasANominalSizeThatEveryWindowShares() {
        assertThat(new Calendar(Unit.DAY, ZoneId.of("Europe/Berlin")).sizeMs()).isEqualTo(86_400_000);
    }
}
