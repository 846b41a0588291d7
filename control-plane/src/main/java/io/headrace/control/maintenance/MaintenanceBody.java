package io.headrace.control.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.control.definitions.RecordJson;
import io.headrace.control.http.Problem;
import io.headrace.control.http.Times;
import io.headrace.record.Maintenance;
import io.headrace.record.RuleTarget;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A maintenance as the API takes and shows it.
 *
 * @param id taken from the path where one is put; null or the same there
 * @param target {@code {"devices": […], "tags": {…}}} as rules have it; {@code {}} for all devices
 * @param from event time; null for now
 * @param to event time, exclusive
 * @param note up to 500 characters; null for none
 * @param by shown, not taken
 * @param updatedAt shown, not taken
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MaintenanceBody(
        @Nullable String id,
        @Nullable Map<String, Object> target,
        @Nullable String from,
        @Nullable String to,
        @Nullable String note,
        @Nullable String by,
        @Nullable String updatedAt) {
    private static final int MAX_NOTE = 500;
    private static final int MAX_TARGETS = 1_000;

    static MaintenanceBody of(Maintenance maintenance) {
        return new MaintenanceBody(
                maintenance.getId(),
                RecordJson.shown(maintenance.getTarget()),
                maintenance.getFrom().toString(),
                maintenance.getTo().toString(),
                maintenance.getNote(),
                maintenance.getBy(),
                maintenance.getUpdatedAt().toString());
    }

    /** @throws Problem (400) that names the member and what it may be */
    Maintenance toMaintenance(String pathId, Instant now) {
        if (id != null && !id.equals(pathId)) {
            throw Problem.badRequest("id in the body must be the one of the path");
        }
        if (target == null) {
            throw Problem.badRequest("target is missing: devices, tags, or {} for all devices");
        }
        if (to == null) {
            throw Problem.badRequest("to is missing: without an end nothing would ever be found again");
        }
        if (note != null && note.length() > MAX_NOTE) {
            throw Problem.badRequest("note must be at most " + MAX_NOTE + " characters");
        }
        RuleTarget whose = RecordJson.read(RuleTarget.class, target, "target");
        if (whose.getDevices().size() + whose.getTags().size() > MAX_TARGETS) {
            throw Problem.badRequest("target must name at most " + MAX_TARGETS + " devices and tags");
        }
        Instant begins = from == null ? now : Times.of("from", from);
        Instant ends = Times.of("to", to);
        if (!begins.isBefore(ends)) {
            throw Problem.badRequest("to must be after from");
        }
        return Maintenance.newBuilder()
                .setId(pathId)
                .setTarget(whose)
                .setFrom(begins)
                .setTo(ends)
                .setNote(note == null ? "" : note)
                .setBy("")
                .setUpdatedAt(now)
                .build();
    }
}
