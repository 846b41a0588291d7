package io.headrace.control.devices;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.control.access.Role;
import io.headrace.control.devices.KeyVault.Slot;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Endpoints under {@code /api/v1/devices} that make, show and change devices. */
public final class DevicesApi {
    private static final String ALL = "/api/v1/devices";
    private static final String ONE = ALL + "/{id}";
    private static final int MAX_PAGE = 1_000;

    private final DeviceRegistry registry;

    /** Body of a rotation; null slot: the primary key becomes the secondary one. */
    record Rotation(@Nullable String slot) {}

    /**
     * One page of devices by id.
     *
     * @param total devices that the filter lets through, on all pages
     * @param next what to ask for with {@code after=}; empty on the last page
     */
    record Page(
            List<DeviceView> devices,
            long total,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> next) {}

    public DevicesApi(DeviceRegistry registry) {
        this.registry = registry;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("POST", ALL, Role.ADMIN, this::create),
                Endpoint.of("GET", ALL, Role.VIEWER, this::list),
                Endpoint.of(
                        "GET", ONE, Role.VIEWER, call -> Answer.ok(DeviceView.of(registry.device(call.path("id"))))),
                Endpoint.of("PATCH", ONE, Role.OPERATOR, this::amend),
                Endpoint.of("DELETE", ONE, Role.ADMIN, this::delete),
                switching("disable", DeviceStatus.DISABLED),
                switching("enable", DeviceStatus.ENABLED),
                switching("quarantine", DeviceStatus.QUARANTINED),
                Endpoint.of("POST", ONE + "/keys:rotate", Role.ADMIN, this::rotate));
    }

    private Endpoint switching(String verb, DeviceStatus status) {
        return Endpoint.of(
                "POST",
                ONE + ":" + verb,
                Role.OPERATOR,
                call -> Answer.ok(registry.switchTo(call.caller(), call.path("id"), status)));
    }

    private Answer create(Call call) {
        DeviceView created = registry.create(call.caller(), call.json(NewDevice.class));
        return Answer.created(ALL + "/" + URLEncoder.encode(created.id(), StandardCharsets.UTF_8), created);
    }

    private Answer amend(Call call) {
        return Answer.ok(registry.amend(call.caller(), call.path("id"), call.json(DeviceChange.class)));
    }

    private Answer delete(Call call) {
        registry.delete(call.caller(), call.path("id"));
        return new Answer.Nothing();
    }

    private Answer rotate(Call call) {
        Rotation rotation = call.body().length == 0 ? new Rotation(null) : call.json(Rotation.class);
        Optional<Slot> slot = Optional.ofNullable(rotation.slot()).map(DevicesApi::slot);
        return Answer.ok(registry.rotate(call.caller(), call.path("id"), slot));
    }

    private static Slot slot(String text) {
        for (Slot slot : Slot.values()) {
            if (slot.text().equals(text)) {
                return slot;
            }
        }
        throw Problem.badRequest("slot must be primary, secondary, or left out");
    }

    private Answer list(Call call) {
        int limit = call.query("limit", 100, 1, MAX_PAGE);
        String after = call.findQuery("after").orElse("");
        Predicate<Device> wanted = DeviceFilter.of(call);
        List<DeviceView> page = new ArrayList<>();
        boolean more = false;
        long total = 0;
        for (Device device : registry.table().values()) {
            if (!wanted.test(device)) {
                continue;
            }
            total++;
            if (device.getId().compareTo(after) <= 0) {
                continue;
            }
            if (page.size() < limit) {
                page.add(DeviceView.of(device));
            } else {
                more = true;
            }
        }
        Optional<String> next = more ? Optional.of(page.getLast().id()) : Optional.empty();
        return Answer.ok(new Page(page, total, next));
    }
}
