package io.headrace.streams.detect.detector;

import java.util.List;

/** The detectors that there are. */
public final class Detectors {
    /** The one that is best over all; {@code benchmarks/detect.md} has the figures. */
    public static final String DEFAULT = "habit";

    private Detectors() {}

    /** @param threshold score from which a value begins an episode, between 0 and 1 */
    public static List<Detector> all(double threshold) {
        return List.of(new HabitDetector(threshold));
    }

    /**
     * @param name one of those of {@link #all}
     * @param threshold score from which a value begins an episode, between 0 and 1
     */
    public static Detector named(String name, double threshold) {
        return all(threshold).stream()
                .filter(detector -> detector.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no detector " + name));
    }
}
