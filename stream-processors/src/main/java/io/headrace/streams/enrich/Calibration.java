package io.headrace.streams.enrich;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a metric's values are multiplied by and then moved by, from a time on.
 *
 * @param from first time of observation that it holds for; {@link Instant#MIN} for always
 * @param scale finite, not zero
 * @param offset finite, in the unit that values have after conversion
 */
public record Calibration(Instant from, double scale, double offset) {
    public Calibration {
        if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(offset)) {
            throw new IllegalArgumentException("no calibration: scale " + scale + ", offset " + offset);
        }
    }

    /** @return infinite where no double holds it */
    double applyTo(double value) {
        return value * scale + offset;
    }

    /**
     * The one of a metric's calibrations that holds for a time of observation; null before the first.
     *
     * @param calibrations by time
     */
    static @Nullable Calibration inForce(List<Calibration> calibrations, Instant observedAt) {
        for (int i = calibrations.size() - 1; i >= 0; i--) {
            if (!observedAt.isBefore(calibrations.get(i).from)) {
                return calibrations.get(i);
            }
        }
        return null;
    }
}
