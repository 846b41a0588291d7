package io.headrace.streams.enrich;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the registry says of a device's readings. Used by one thread at a time.
 *
 * <p>Counts how many units the device makes us find out: some hundred at once and one a second after that, so that who
 * invents units pays with values that stay as they are, and nobody else with time.
 */
public final class DeviceProfile {
    private static final int UNITS_AT_ONCE = 256;
    private static final long MS_PER_UNIT = 1_000;

    private final Map<String, String> tags;
    private final Map<String, String> shownTags;
    private final Map<String, String> units;
    private final Map<String, List<Calibration>> calibrations;
    private long paidUntilMs = Long.MIN_VALUE;

    /**
     * @param units by metric, of values whose payload gives none
     * @param calibrations by metric, each list by time
     */
    public DeviceProfile(
            Map<String, String> tags, Map<String, String> units, Map<String, List<Calibration>> calibrations) {
        this(Map.copyOf(tags), Map.copyOf(tags), units, calibrations);
    }

    private DeviceProfile(
            Map<String, String> tags,
            Map<String, String> shownTags,
            Map<String, String> units,
            Map<String, List<Calibration>> calibrations) {
        this.tags = tags;
        this.shownTags = shownTags;
        this.units = Map.copyOf(units);
        this.calibrations = Map.copyOf(calibrations);
    }

    /** The same, of whose tags the readings show those of these names alone. */
    DeviceProfile showing(Set<String> names) {
        Map<String, String> some = new HashMap<>(tags);
        some.keySet().retainAll(names);
        return new DeviceProfile(tags, Map.copyOf(some), units, calibrations);
    }

    /** All of them: by these the device's format is chosen. */
    public Map<String, String> tags() {
        return tags;
    }

    /** Those that readings get. */
    public Map<String, String> shownTags() {
        return shownTags;
    }

    public Map<String, String> units() {
        return units;
    }

    public Map<String, List<Calibration>> calibrations() {
        return calibrations;
    }

    /** Whether values stay as they are unless their payload gives a unit. */
    boolean isPlain() {
        return units.isEmpty() && calibrations.isEmpty();
    }

    /**
     * Whether one more unit may be found out for it.
     *
     * @param now by the gateway's clock
     */
    boolean mayLearn(Instant now) {
        long nowMs = now.toEpochMilli();
        long from = Math.max(paidUntilMs, nowMs - UNITS_AT_ONCE * MS_PER_UNIT);
        if (from + MS_PER_UNIT > nowMs) {
            return false;
        }
        paidUntilMs = from + MS_PER_UNIT;
        return true;
    }
}
