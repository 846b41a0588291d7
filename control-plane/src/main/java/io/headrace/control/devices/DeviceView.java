package io.headrace.control.devices;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.record.Device;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A device as the API shows it.
 *
 * @param status {@code enabled}, {@code disabled} or {@code quarantined}
 * @param units by metric, of values whose payload gives none
 * @param calibrations by metric, in the order of time
 * @param keys only where they are new: at creation and rotation
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record DeviceView(
        String id,
        String status,
        @JsonInclude(JsonInclude.Include.ALWAYS) Map<String, String> tags,
        Map<String, String> units,
        Map<String, List<CalibrationBody>> calibrations,
        Optional<Keys> keys,
        @Nullable String primaryThumbprint,
        @Nullable String secondaryThumbprint,
        boolean certificateAuthority,
        @Nullable Integer messagesPerSecond,
        @Nullable Long bytesPerSecond,
        Instant createdAt,
        Instant updatedAt,
        long revision) {

    static DeviceView of(Device device) {
        return of(device, Optional.empty());
    }

    static DeviceView of(Device device, Optional<Keys> keys) {
        return new DeviceView(
                device.getId(),
                device.getStatus().name().toLowerCase(Locale.ROOT),
                new TreeMap<>(device.getTags()),
                new TreeMap<>(device.getUnits()),
                calibrations(device),
                keys,
                device.getPrimaryThumbprint(),
                device.getSecondaryThumbprint(),
                device.getCertificateAuthority(),
                device.getMessagesPerSecond(),
                device.getBytesPerSecond(),
                device.getCreatedAt(),
                device.getUpdatedAt(),
                device.getRevision());
    }

    private static Map<String, List<CalibrationBody>> calibrations(Device device) {
        Map<String, List<CalibrationBody>> byMetric = new TreeMap<>();
        device.getCalibrations()
                .forEach((metric, list) -> byMetric.put(
                        metric, list.stream().map(CalibrationBody::of).toList()));
        return byMetric;
    }
}
