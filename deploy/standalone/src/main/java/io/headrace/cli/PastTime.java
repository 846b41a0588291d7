package io.headrace.cli;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/** Times and lengths of time as options have them. */
final class PastTime {
    private static final Duration LONGEST = Duration.ofDays(3660);

    private PastTime() {}

    /**
     * A time, or how long before now.
     *
     * @throws CommandException (usage) where it is neither
     */
    static Instant of(String option, String text, Instant now) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException notATime) {
            return now.minus(duration(option, text, "a time like 2026-03-01T00:00:00Z, or how long ago: "));
        }
    }

    /** @throws CommandException (usage) where it is none */
    static Duration length(String option, String text) {
        return duration(option, text, "");
    }

    private static Duration duration(String option, String text, String or) {
        try {
            return Settings.of(Map.of(option, text)).duration(option, Duration.ZERO, Duration.ZERO, LONGEST);
        } catch (ConfigException notDuration) {
            throw new CommandException(ExitCode.USAGE, option + " = " + text + " must be " + or + "30min, 6h or 2d");
        }
    }
}
