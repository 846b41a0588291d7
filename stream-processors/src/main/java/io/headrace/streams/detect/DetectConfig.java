package io.headrace.streams.detect;

import io.headrace.config.Settings;
import io.headrace.streams.detect.detector.Detectors;
import java.util.Set;

/**
 * Settings of anomaly detection.
 *
 * @param detector name of the one that looks at all metrics
 * @param threshold score from which a value is an anomaly, between 0 and 1
 * @param maxMetrics metrics of one device that are watched: the first ones seen. A device that invents names can't grow
 *     the state without bound
 * @param isJoint whether those of a message are looked at together, too
 */
public record DetectConfig(String detector, double threshold, int maxMetrics, boolean isJoint) {
    /** Chosen on labelled series of many kinds; {@code benchmarks/detect.md} says how. */
    static final double THRESHOLD = 0.5;

    /** A large machine has some dozens of metrics; state is under 1 KiB each. */
    static final int MAX_METRICS = 200;

    /** Reads {@code processors.detect.detector}, {@code .threshold}, {@code .max-metrics} and {@code .joint}. */
    public static DetectConfig from(Settings settings) {
        return new DetectConfig(
                settings.oneOf("processors.detect.detector", Detectors.DEFAULT, Set.copyOf(Detectors.names())),
                settings.decimal("processors.detect.threshold", THRESHOLD, 0.01, 0.99),
                settings.integer("processors.detect.max-metrics", MAX_METRICS, 1, 10_000),
                settings.flag("processors.detect.joint", true));
    }
}
