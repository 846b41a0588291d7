package io.headrace.control.live;

import io.headrace.config.Settings;
import java.time.Duration;

/**
 * How much of the present is kept.
 *
 * @param pendingGrace a message that was received less than this ago may be on its way still; as for reconciliation
 * @param windows results kept in memory, of all devices together; some 250 bytes each
 * @param windowsPerMetric results kept of one device, metric and size
 * @param anomalies kept in memory, of all devices together
 * @param maxStreams of events at once
 */
public record LiveConfig(Duration pendingGrace, int windows, int windowsPerMetric, int anomalies, int maxStreams) {
    /** Reads {@code control-plane.live.windows}, {@code .windows-per-metric}, {@code .anomalies} and {@code .max-streams}. */
    public static LiveConfig from(Settings settings, Duration pendingGrace) {
        String key = "control-plane.live.";
        return new LiveConfig(
                pendingGrace,
                settings.integer(key + "windows", 100_000, 100, 100_000_000),
                settings.integer(key + "windows-per-metric", 500, 10, 100_000),
                settings.integer(key + "anomalies", 5_000, 10, 10_000_000),
                settings.integer(key + "max-streams", 200, 1, 10_000));
    }
}
