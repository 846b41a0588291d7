package io.headrace.streams.predict;

import java.util.Optional;

/** Under which names the rules see what a model tells of a device: {@code prediction.<model>.remaining_hours}, say. */
public record PredictedMetrics(String prefix) {
    private static final String BEGIN = "prediction.";

    static PredictedMetrics ofModel(String model) {
        return new PredictedMetrics(BEGIN + model + ".");
    }

    /** Empty for a metric that no model tells. */
    public static Optional<PredictedMetrics> find(String metric) {
        return metric.startsWith(BEGIN)
                ? Optional.of(new PredictedMetrics(metric.substring(0, metric.lastIndexOf('.') + 1)))
                : Optional.empty();
    }

    /** What is left, in hours. */
    public String remaining() {
        return prefix + "remaining_hours";
    }

    /** One in twenty has less. */
    public String low() {
        return prefix + "low_hours";
    }

    /** One in twenty has more; not there where that is unknown. */
    public String high() {
        return prefix + "high_hours";
    }

    /** From 1 to 0. */
    public String health() {
        return prefix + "health";
    }
}
