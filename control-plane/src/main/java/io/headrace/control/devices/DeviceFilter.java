package io.headrace.control.devices;

import io.headrace.control.http.Call;
import io.headrace.control.http.Problem;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Which devices a list shows: {@code status=}, {@code prefix=} (of the id) and {@code tag=name:value}. */
final class DeviceFilter {
    private DeviceFilter() {}

    static Predicate<Device> of(Call call) {
        Predicate<Device> wanted = device -> true;
        Optional<DeviceStatus> status = call.findQuery("status").map(DeviceFilter::status);
        if (status.isPresent()) {
            wanted = wanted.and(device -> device.getStatus() == status.get());
        }
        Optional<String> prefix = call.findQuery("prefix");
        if (prefix.isPresent()) {
            wanted = wanted.and(device -> device.getId().startsWith(prefix.get()));
        }
        Optional<String> tag = call.findQuery("tag");
        return tag.isPresent() ? wanted.and(tag(tag.get())) : wanted;
    }

    private static DeviceStatus status(String text) {
        for (DeviceStatus status : DeviceStatus.values()) {
            if (status.name().toLowerCase(Locale.ROOT).equals(text)) {
                return status;
            }
        }
        throw Problem.badRequest("status must be enabled, disabled or quarantined");
    }

    private static Predicate<Device> tag(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw Problem.badRequest("tag must be name:value");
        }
        String name = text.substring(0, colon);
        String value = text.substring(colon + 1);
        return device -> value.equals(device.getTags().get(name));
    }
}
