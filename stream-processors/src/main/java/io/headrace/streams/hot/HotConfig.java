package io.headrace.streams.hot;

import io.headrace.config.Settings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What is kept hot, and where it is asked for.
 *
 * @param listen where this instance answers; port 0 for any
 * @param advertised where other instances reach this one; empty for the address it listens on
 * @param points kept of one metric: 16 bytes each, all written again with every sixteenth
 * @param keep how far behind a metric's newest point its points are kept
 * @param maxMetrics of one device: the first ones seen, so that a device that invents names can't grow the state
 */
public record HotConfig(
        InetSocketAddress listen, Optional<InetSocketAddress> advertised, int points, Duration keep, int maxMetrics) {
    private static final String ADVERTISED = "processors.query.advertised";

    /**
     * Reads {@code processors.query.listen}, {@code processors.query.advertised}, {@code processors.hot.points},
     * {@code .keep} and {@code .max-metrics}.
     */
    public static HotConfig from(Settings settings) {
        Optional<InetSocketAddress> advertised =
                settings.findText(ADVERTISED).map(text -> settings.address(ADVERTISED, text));
        return new HotConfig(
                settings.address("processors.query.listen", "127.0.0.1:9410"),
                advertised,
                settings.integer("processors.hot.points", 120, 1, 10_000),
                settings.duration(
                        "processors.hot.keep", Duration.ofHours(24), Duration.ofMinutes(1), Duration.ofDays(30)),
                settings.integer("processors.hot.max-metrics", 200, 1, 10_000));
    }
}
