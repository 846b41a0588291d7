package io.headrace.streams.window;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.streams.window.pace.GroupPace;
import io.headrace.streams.window.shape.Definitions;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.tally.Counters;
import io.headrace.streams.window.tally.Expectation;
import io.headrace.streams.window.timeline.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Which windows there are and how long they wait.
 *
 * @param sizes of the tumbling windows without a name, which every device has, all counted side by side; 1 s to 7 d,
 *     distinct, at most 8. By them reconciliation goes
 * @param provisional shortest wall-clock time between two provisional results of them; zero for none
 * @param named further windows, of any kind, at most 16
 * @param grace how far the device's watermark must pass a window's end before it closes: how late a value may be
 *     without a second revision; 30 s covers gateways and devices that retry
 * @param idleClose wall-clock time without any reading of a device after which its open windows close; 2 min by default,
 *     longer than the sending interval of most devices, so that few windows close twice
 * @param keep how far behind the watermark a window's end may be for late values still to count in it; never less than
 *     {@code grace}. A device silent this long by the wall clock keeps only its newest window of each size
 * @param lateDelay wall-clock time for which late values of a closed window are gathered before its next revision:
 *     without it a backlog of a thousand values would be a thousand revisions
 * @param counters names of the metrics that are counters, {@code *} standing for anything
 * @param expected how far apart values are expected to be
 * @param groupLag how far a member's watermark may be behind the middle one of its group to be waited for; longer than
 *     the 5 min by which the clock guard lets a clock be ahead, so that one that is ahead outruns nobody
 * @param maxGroups that a task takes readings of; a payload may have tags of its own, and each value of one is a group
 */
public record WindowConfig(
        List<Duration> sizes,
        Duration provisional,
        List<WindowSpec> named,
        Duration grace,
        Duration idleClose,
        Duration keep,
        Duration lateDelay,
        Counters counters,
        Expectation expected,
        Duration groupLag,
        int maxGroups) {
    private static final String SIZES = "processors.window.sizes";
    private static final String EXPECTED = "processors.window.expected-interval";
    private static final String COUNTERS = "processors.window.counters";
    private static final Duration MIN_SIZE = Duration.ofSeconds(1);
    private static final Duration MAX_SIZE = Duration.ofDays(7);
    private static final Duration MAX_WAIT = Duration.ofDays(7);
    private static final int MAX_SIZES = 8;

    /** @throws ConfigException naming key, value and range */
    public WindowConfig {
        sizes = List.copyOf(sizes);
        named = List.copyOf(named);
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

    /**
     * Keys under {@code processors.window.}: {@code sizes}, {@code provisional}, {@code grace}, {@code idle-close}, {@code
     * keep}, {@code late-delay}, {@code counters}, {@code expected-interval}, {@code group-lag} and {@code max-groups}; and
     * under {@code processors.windows.<name>.} what {@link NamedWindows} reads.
     */
    public static WindowConfig from(Settings settings) {
        return new WindowConfig(
                sizes(settings.text(SIZES, "1min,1h")),
                settings.duration("processors.window.provisional", Duration.ZERO, Duration.ofMillis(100), MAX_WAIT),
                NamedWindows.from(settings),
                settings.duration("processors.window.grace", Duration.ofSeconds(30), Duration.ZERO, MAX_WAIT),
                settings.duration(
                        "processors.window.idle-close", Duration.ofMinutes(2), Duration.ofMillis(100), MAX_WAIT),
                settings.duration("processors.window.keep", Duration.ofHours(24), Duration.ZERO, Duration.ofDays(366)),
                settings.duration(
                        "processors.window.late-delay", Duration.ofSeconds(1), Duration.ZERO, Duration.ofHours(1)),
                counters(settings),
                expected(settings),
                settings.duration(
                        "processors.window.group-lag", Duration.ofMinutes(10), Duration.ofSeconds(1), MAX_WAIT),
                settings.integer("processors.window.max-groups", 10_000, 1, 1_000_000));
    }

    Waits waits() {
        return Waits.of(grace, keep, idleClose, lateDelay);
    }

    GroupPace.Limits groupLimits() {
        return new GroupPace.Limits(idleClose.toMillis(), groupLag.toMillis() * 1_000, keep.toMillis(), maxGroups);
    }

    /** Windows of each device by itself. */
    Definitions ofDevices() {
        List<WindowSpec> specs = new ArrayList<>();
        sizes.forEach(size -> specs.add(WindowSpec.plain(size.toMillis(), provisional.toMillis())));
        named.stream().filter(spec -> spec.groupBy().isEmpty()).forEach(specs::add);
        return new Definitions(specs);
    }

    /** Windows of devices together. */
    Definitions ofGroups() {
        return new Definitions(
                named.stream().filter(spec -> spec.groupBy().isPresent()).toList());
    }

    private static List<Duration> sizes(String list) {
        List<Duration> sizes = new ArrayList<>();
        for (String size : list.split(",", -1)) {
            sizes.add(Settings.of(Map.of(SIZES, size.strip())).duration(SIZES, Duration.ZERO, MIN_SIZE, MAX_SIZE));
        }
        return sizes;
    }

    private static Counters counters(Settings settings) {
        List<String> patterns = Arrays.stream(settings.text(COUNTERS, "").split(",", -1))
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .toList();
        if (patterns.size() > 100) {
            throw Settings.invalid(COUNTERS, patterns.size() + " patterns", "at most 100");
        }
        return new Counters(patterns);
    }

    private static Expectation expected(Settings settings) {
        return switch (settings.text(EXPECTED, "learned")) {
            case "learned" -> Expectation.LEARNED;
            case "none" -> Expectation.NONE;
            default ->
                Expectation.fixed(settings.duration(EXPECTED, Duration.ZERO, Duration.ofMillis(1), Duration.ofDays(31))
                                .toMillis()
                        * 1_000);
        };
    }

    private static boolean isOutOfRange(Duration size) {
        return size.compareTo(MIN_SIZE) < 0
                || size.compareTo(MAX_SIZE) > 0
                || size.toNanos() % Duration.ofMillis(1).toNanos() != 0;
    }
}
