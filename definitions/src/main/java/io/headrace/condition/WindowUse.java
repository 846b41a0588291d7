package io.headrace.condition;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A window that a rule asks for: {@code windows["5m"].temperature.mean}, of the values of the last five minutes up to the
 * reading that is judged, in event time.
 *
 * @param size as it is written: a whole number and {@code s}, {@code m} or {@code h}; up to a day
 */
public record WindowUse(String size, long sizeMicros, String metric, Function function) {
    static final String VARIABLE = "windows";

    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,5})([smh])");
    private static final long MAX = Duration.ofDays(1).toNanos() / 1_000;

    /** What is asked of a window. */
    public enum Function {
        COUNT,
        SUM,
        MIN,
        MAX,
        MEAN;

        /** As conditions write it. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Optional<Function> find(String word) {
            for (Function function : values()) {
                if (function.word().equals(word)) {
                    return Optional.of(function);
                }
            }
            return Optional.empty();
        }
    }

    /** Microseconds; empty for what is no size. */
    static Optional<Long> micros(String size) {
        Matcher parts = SIZE.matcher(size);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long seconds = Long.parseLong(parts.group(1))
                * switch (parts.group(2)) {
                    case "s" -> 1;
                    case "m" -> 60;
                    default -> 3_600;
                };
        return Optional.of(seconds * 1_000_000).filter(micros -> micros <= MAX);
    }
}
