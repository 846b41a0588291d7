package io.headrace.control.reconcile;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What reconciliation goes by. Sizes, grace and idle-close must be those of the processors: where they aren't, values
 * show up as lost.
 *
 * @param pendingGrace a message that was received less than this ago may be on its way still
 * @param windowSizes of tumbling windows, in the order of the report
 * @param windowGrace how far past its end a device's watermark closes a window
 * @param idleClose silence of a device after which its windows close by wall clock
 * @param timeout for one reconciliation
 * @param maxProblems named in one report; the rest is only counted
 */
public record ReconcileConfig(
        Duration pendingGrace,
        List<Duration> windowSizes,
        Duration windowGrace,
        Duration idleClose,
        Duration timeout,
        int maxProblems) {
    private static final String KEY = "control-plane.reconcile.";
    private static final Duration DAY = Duration.ofDays(1);

    public ReconcileConfig {
        windowSizes = List.copyOf(windowSizes);
        if (windowSizes.isEmpty() || new HashSet<>(windowSizes).size() != windowSizes.size()) {
            throw new ConfigException(KEY + "window-sizes must be one size or more, each once: " + windowSizes);
        }
    }

    /**
     * Reads {@code control-plane.reconcile.pending-grace}, {@code .window-sizes} (comma-separated), {@code
     * .window-grace}, {@code .idle-close}, {@code .timeout} and {@code .max-problems}.
     */
    public static ReconcileConfig from(Settings settings) {
        return new ReconcileConfig(
                settings.duration(KEY + "pending-grace", Duration.ofSeconds(30), Duration.ZERO, DAY),
                sizes(settings.text(KEY + "window-sizes", "1min,1h")),
                settings.duration(KEY + "window-grace", Duration.ofSeconds(30), Duration.ZERO, DAY),
                settings.duration(KEY + "idle-close", Duration.ofMinutes(2), Duration.ofMillis(1), DAY),
                settings.duration(KEY + "timeout", Duration.ofMinutes(10), Duration.ofSeconds(1), DAY),
                settings.integer(KEY + "max-problems", 100, 1, 100_000));
    }

    private static List<Duration> sizes(String text) {
        String key = KEY + "window-sizes";
        List<Duration> sizes = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            if (each.isBlank()) {
                throw Settings.invalid(key, text, "durations with a comma between two");
            }
            sizes.add(Settings.of(Map.of(key, each.strip()))
                    .duration(key, Duration.ZERO, Duration.ofSeconds(1), Duration.ofDays(366)));
        }
        return sizes;
    }
}
