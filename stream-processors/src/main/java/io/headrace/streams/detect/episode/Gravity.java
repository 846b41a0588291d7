package io.headrace.streams.detect.episode;

import io.headrace.record.Severity;

/** How serious an episode is: by how far it went beyond the band, and for how long. */
final class Gravity {
    /** Widths of the band beyond its edge. */
    private static final double OFF = 0.5;

    private static final double FAR_OFF = 2;

    /** Strange values. One alone is as often the sensor's as the machine's fault. */
    private static final long SURE = 3;

    private static final long LASTING = 20;

    private Gravity() {}

    /**
     * @param beyond how far the farthest value was outside the band, in widths of it; NaN where it has no width
     * @param strangeValues how many there were
     */
    static Severity of(double beyond, long strangeValues) {
        if (beyond >= FAR_OFF && strangeValues >= SURE) {
            return Severity.CRITICAL;
        }
        boolean isOff = Double.isNaN(beyond) || beyond >= OFF;
        return isOff || strangeValues >= LASTING ? Severity.WARNING : Severity.INFO;
    }
}
