package io.headrace.control.devices;

import io.headrace.control.http.Problem;
import io.headrace.record.Calibration;
import io.headrace.record.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants changed of a device, as a merge patch (RFC 7396): what is left out stays, and a name with null for
 * a value goes.
 *
 * @param tags by name
 * @param units by metric, UCUM codes: of values whose payload gives none
 * @param calibrations by metric, all of them
 * @param revision that the device must have still; null for any
 */
record DeviceChange(
        @Nullable Map<String, @Nullable String> tags,
        @Nullable Map<String, @Nullable String> units,
        @Nullable Map<String, @Nullable List<CalibrationBody>> calibrations,
        @Nullable Long revision) {
    private static final int MAX_METRICS = 64;
    private static final Pattern METRIC = Pattern.compile("\\P{Cntrl}{1,256}");
    private static final int MAX_CALIBRATIONS = 16;

    /**
     * The device as it is to be, but for time and revision.
     *
     * @throws Problem 400 that names the member and what it may be; 409 where somebody else was faster
     */
    Device.Builder appliedTo(Device device) {
        if (revision != null && revision != device.getRevision()) {
            throw Problem.conflict("the device has revision " + device.getRevision() + " by now");
        }
        Device.Builder next = Device.newBuilder(device);
        if (tags != null) {
            next.setTags(merged(device.getTags(), tags));
            NewDevice.requireTags(next.getTags());
        }
        if (units != null) {
            requireMetrics("units", units);
            next.setUnits(merged(device.getUnits(), units));
            requireFew("units", next.getUnits());
            next.getUnits().forEach(UnitCheck::require);
        }
        if (calibrations != null) {
            requireMetrics("calibrations", calibrations);
            Map<String, @Nullable List<Calibration>> records = new HashMap<>();
            calibrations.forEach((metric, list) -> records.put(metric, list == null ? null : records(metric, list)));
            next.setCalibrations(merged(device.getCalibrations(), records));
            requireFew("calibrations", next.getCalibrations());
        }
        return next;
    }

    /** What the members that it changes were before, for the audit. */
    Map<String, Object> before(Device device) {
        Map<String, Object> before = new TreeMap<>();
        DeviceView view = DeviceView.of(device);
        if (tags != null) {
            before.put("tags", view.tags());
        }
        if (units != null) {
            before.put("units", view.units());
        }
        if (calibrations != null) {
            before.put("calibrations", view.calibrations());
        }
        return before;
    }

    private static <V> Map<String, V> merged(Map<String, V> old, Map<String, @Nullable V> patch) {
        Map<String, V> merged = new HashMap<>(old);
        patch.forEach((name, value) -> {
            if (value == null) {
                merged.remove(name);
            } else {
                merged.put(name, value);
            }
        });
        return merged;
    }

    private static List<Calibration> records(String metric, List<CalibrationBody> bodies) {
        if (bodies.isEmpty() || bodies.size() > MAX_CALIBRATIONS) {
            throw Problem.badRequest(
                    "calibrations of " + metric + " must be 1 to " + MAX_CALIBRATIONS + ", or null to remove them");
        }
        List<Calibration> records = new ArrayList<>();
        for (@Nullable CalibrationBody body : bodies) {
            if (body == null) {
                throw Problem.badRequest("a calibration of " + metric + " is null");
            }
            records.add(body.record(metric));
        }
        records.sort(
                Comparator.comparing(Calibration::getEffectiveFrom, Comparator.nullsFirst(Comparator.naturalOrder())));
        for (int i = 1; i < records.size(); i++) {
            if (Objects.equals(
                    records.get(i - 1).getEffectiveFrom(), records.get(i).getEffectiveFrom())) {
                throw Problem.badRequest("two calibrations of " + metric + " hold from the same time on");
            }
        }
        return records;
    }

    private static void requireFew(String member, Map<String, ?> byMetric) {
        if (byMetric.size() > MAX_METRICS) {
            throw Problem.badRequest(member + " has more than " + MAX_METRICS + " metrics");
        }
    }

    private static void requireMetrics(String member, Map<String, ?> byMetric) {
        for (String metric : byMetric.keySet()) {
            if (!METRIC.matcher(metric).matches()) {
                throw Problem.badRequest(member + " must be under metrics of 1 to 256 printable characters");
            }
        }
    }
}
