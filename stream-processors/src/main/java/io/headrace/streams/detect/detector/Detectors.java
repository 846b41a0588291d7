package io.headrace.streams.detect.detector;

import java.util.List;

/** The detectors that there are. */
public final class Detectors {
    /** The one that is best over all; {@code benchmarks/detect.md} has the figures. */
    public static final String DEFAULT = "habit";

    /** Name of the one that looks at the metrics of a device together. */
    public static final String JOINT = "joint";

    private Detectors() {}

    /** @param threshold score from which a value begins an episode, between 0 and 1 */
    public static List<Detector> all(double threshold) {
        Detector habit = Habits.detector(threshold);
        Detector robust = Robust.detector(threshold);
        Detector seasonal = Seasonal.detector(threshold);
        Detector changePoint = ChangePoint.detector(threshold);
        Detector adaptive = Adaptive.detector(threshold, List.of(habit, robust, seasonal, changePoint));
        return List.of(habit, robust, seasonal, changePoint, adaptive);
    }

    /** The default without its range of values: to measure what that is worth, nobody can choose it. */
    public static Detector defaultWithoutRange(double threshold) {
        return Habits.withoutRange(threshold);
    }

    /** Of the metrics of a device together. */
    public static JointDetector joint(double threshold) {
        return Joint.detector(threshold);
    }

    /** Their names, the default first. */
    public static List<String> names() {
        return all(0.5).stream().map(Detector::name).toList();
    }

    /**
     * @param name one of {@link #names}
     * @param threshold score from which a value begins an episode, between 0 and 1
     */
    public static Detector named(String name, double threshold) {
        return all(threshold).stream()
                .filter(detector -> detector.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no detector " + name));
    }
}
