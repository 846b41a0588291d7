package io.headrace.control.rules;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.control.definitions.RecordJson;
import io.headrace.control.http.Problem;
import io.headrace.control.http.Times;
import io.headrace.record.EffectiveBy;
import io.headrace.record.Rule;
import io.headrace.record.RuleEscalation;
import io.headrace.record.RuleGroup;
import io.headrace.record.RuleSchedule;
import io.headrace.record.RuleTarget;
import io.headrace.record.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule as the API takes and shows it: {@code docs/rules.md}.
 *
 * @param id taken from the path where a rule is put; null or the same there
 * @param enabled null for true
 * @param condition CEL; true raises. Null where there is a check
 * @param check what is watched, by its {@code kind}; null where there is a condition
 * @param clearCondition CEL; true clears. Null: cleared as soon as the condition doesn't hold
 * @param forMs milliseconds of event time that the condition must hold, up to a week; null for 0
 * @param severity {@code info}, {@code warning} or {@code critical}; null for warning
 * @param message what alerts say, up to 500 characters; null for what was found
 * @param target null for all devices
 * @param schedule null for always
 * @param actions what is done about its alerts: {@code docs/actions.md}; null for nothing
 * @param maxPerHour null for any number
 * @param group when alerts about many devices are one; null where each stands for itself
 * @param escalation what becomes of an alert that nobody acknowledges; null for nothing
 * @param effectiveAt from when on a reading is judged by this version, by its own time; null for as soon as all
 *     processors have it
 * @param inForceFrom shown, not taken: since when, where {@code effectiveAt} wasn't said
 * @param updatedAt shown, not taken
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RuleBody(
        @Nullable String id,
        @Nullable Boolean enabled,
        @Nullable String condition,
        @Nullable Map<String, Object> check,
        @Nullable String clearCondition,
        @Nullable Long forMs,
        @Nullable String severity,
        @Nullable String message,
        @Nullable Map<String, Object> target,
        @Nullable Map<String, Object> schedule,
        @Nullable List<Map<String, Object>> actions,
        @Nullable Integer maxPerHour,
        @Nullable Map<String, Object> group,
        @Nullable Map<String, Object> escalation,
        @Nullable String effectiveAt,
        @Nullable String inForceFrom,
        @Nullable String updatedAt) {

    static RuleBody of(Rule rule) {
        String point =
                rule.getEffectiveAt() == null ? null : rule.getEffectiveAt().toString();
        boolean observed = rule.getEffectiveBy() == EffectiveBy.OBSERVED;
        RuleTarget target = rule.getTarget();
        boolean all = target.getDevices().isEmpty() && target.getTags().isEmpty();
        return new RuleBody(
                rule.getId(),
                rule.getEnabled(),
                rule.getCheck() == null ? rule.getCondition() : null,
                rule.getCheck() == null ? null : CheckJson.shown(rule.getCheck()),
                rule.getClearCondition(),
                rule.getForMs(),
                rule.getSeverity().name().toLowerCase(Locale.ROOT),
                rule.getMessage(),
                all ? null : RecordJson.shown(target),
                rule.getSchedule() == null ? null : RecordJson.shown(rule.getSchedule()),
                rule.getActions().isEmpty() ? null : ActionJson.shown(rule.getActions()),
                rule.getMaxPerHour() == 0 ? null : rule.getMaxPerHour(),
                rule.getGroup() == null ? null : RecordJson.shown(rule.getGroup()),
                rule.getEscalation() == null ? null : RecordJson.shown(rule.getEscalation()),
                observed ? point : null,
                observed ? null : point,
                rule.getUpdatedAt().toString());
    }

    /**
     * The rule, sound or not.
     *
     * @throws Problem (400) where a member is of a wrong type or unknown
     */
    Rule toRule(String pathId, Instant now) {
        if (id != null && !id.equals(pathId)) {
            throw Problem.badRequest("id in the body must be the one of the path");
        }
        if (condition == null && check == null) {
            throw Problem.badRequest("condition is missing, or check in its place");
        }
        return Rule.newBuilder()
                .setId(pathId)
                .setEnabled(enabled == null || enabled)
                .setCondition(condition == null ? "" : condition)
                .setCheck(check == null ? null : CheckJson.read(check))
                .setClearCondition(clearCondition)
                .setForMs(forMs == null ? 0 : forMs)
                .setSeverity(severity == null ? Severity.WARNING : severity(severity))
                .setMessage(message == null ? "" : message)
                .setTarget(RecordJson.read(RuleTarget.class, target == null ? Map.of() : target, "target"))
                .setSchedule(schedule == null ? null : RecordJson.read(RuleSchedule.class, schedule, "schedule"))
                .setActions(actions == null ? List.of() : ActionJson.read(actions))
                .setMaxPerHour(maxPerHour == null ? 0 : maxPerHour)
                .setGroup(group == null ? null : RecordJson.read(RuleGroup.class, group, "group"))
                .setEscalation(
                        escalation == null ? null : RecordJson.read(RuleEscalation.class, escalation, "escalation"))
                .setEffectiveAt(effectiveAt == null ? null : Times.of("effectiveAt", effectiveAt))
                .setEffectiveBy(effectiveAt == null ? EffectiveBy.RECEIVED : EffectiveBy.OBSERVED)
                .setUpdatedAt(now)
                .build();
    }

    private static Severity severity(String text) {
        for (Severity severity : Severity.values()) {
            if (severity.name().toLowerCase(Locale.ROOT).equals(text)) {
                return severity;
            }
        }
        throw Problem.badRequest("severity must be info, warning or critical");
    }
}
