package io.headrace.streams.window;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which windows there are and how long they wait.
 *
 * @param sizes of the tumbling windows, all counted side by side; 1 s to 7 d, distinct, at most 8
 * @param grace how far the device's watermark must pass a window's end before it closes: how late a value may be
 *     without a second revision; 30 s covers gateways and devices that retry
 * @param idleClose wall-clock time without any reading of a device after which its open windows close; 2 min by default,
 *     longer than the sending interval of most devices, so that few windows close twice
 * @param keep how far behind the watermark a window's end may be for late values still to count in it; never less than
 *     {@code grace}. A device silent this long by the wall clock keeps only its newest window of each size
 * @param lateDelay wall-clock time for which late values of a closed window are gathered before its next revision:
 *     without it a backlog of a thousand values would be a thousand revisions
 */
public record WindowConfig(
        List<Duration> sizes, Duration grace, Duration idleClose, Duration keep, Duration lateDelay) {
    private static final String SIZES = "processors.window.sizes";
    private static final Duration MIN_SIZE = Duration.ofSeconds(1);
    private static final Duration MAX_SIZE = Duration.ofDays(7);
    private static final Duration MAX_WAIT = Duration.ofDays(7);
    private static final int MAX_SIZES = 8;

    /** @throws ConfigException naming key, value and range */
    public WindowConfig {
        sizes = List.copyOf(sizes);
        if (sizes.isEmpty()
                || sizes.size() > MAX_SIZES
                || sizes.stream().distinct().count() < sizes.size()
                || sizes.stream().anyMatch(WindowConfig::isOutOfRange)) {
            throw Settings.invalid(SIZES, sizes.toString(), "1 to 8 different durations from 1s to 7d in whole ms");
        }
        if (keep.compareTo(grace) < 0) {
            throw Settings.invalid(
                    "processors.window.keep", keep.toString(), "at least processors.window.grace " + grace);
        }
    }

    /** Keys under {@code processors.window.}: {@code sizes}, {@code grace}, {@code idle-close}, {@code keep}, {@code late-delay}. */
    public static WindowConfig from(Settings settings) {
        return new WindowConfig(
                sizes(settings.text(SIZES, "1min,1h")),
                settings.duration("processors.window.grace", Duration.ofSeconds(30), Duration.ZERO, MAX_WAIT),
                settings.duration(
                        "processors.window.idle-close", Duration.ofMinutes(2), Duration.ofMillis(100), MAX_WAIT),
                settings.duration("processors.window.keep", Duration.ofHours(24), Duration.ZERO, Duration.ofDays(366)),
                settings.duration(
                        "processors.window.late-delay", Duration.ofSeconds(1), Duration.ZERO, Duration.ofHours(1)));
    }

    private static List<Duration> sizes(String list) {
        List<Duration> sizes = new ArrayList<>();
        for (String size : list.split(",", -1)) {
            sizes.add(Settings.of(Map.of(SIZES, size.strip())).duration(SIZES, Duration.ZERO, MIN_SIZE, MAX_SIZE));
        }
        return sizes;
    }

    private static boolean isOutOfRange(Duration size) {
        return size.compareTo(MIN_SIZE) < 0
                || size.compareTo(MAX_SIZE) > 0
                || size.toNanos() % Duration.ofMillis(1).toNanos() != 0;
    }
}
