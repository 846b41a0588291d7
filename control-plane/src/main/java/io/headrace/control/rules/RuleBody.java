package io.headrace.control.rules;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.control.definitions.ConditionCheck;
import io.headrace.control.http.Problem;
import io.headrace.record.Rule;
import io.headrace.record.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A rule as the API takes and shows it.
 *
 * @param id taken from the path where a rule is put; null or the same there
 * @param enabled null for true
 * @param condition CEL; true raises
 * @param clearCondition CEL; true clears. Null: cleared as soon as the condition doesn't hold
 * @param forMs milliseconds of event time that the condition must hold, up to a week; null for 0
 * @param severity {@code info}, {@code warning} or {@code critical}; null for warning
 * @param message what alerts say, up to 500 characters; null for the condition itself
 * @param updatedAt shown, not taken
 */
public record RuleBody(
        @Nullable String id,
        @Nullable Boolean enabled,
        @Nullable String condition,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String clearCondition,
        @Nullable Long forMs,
        @Nullable String severity,
        @Nullable String message,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String updatedAt) {
    private static final long LONGEST = Duration.ofDays(7).toMillis();
    private static final int MAX_MESSAGE = 500;

    static RuleBody of(Rule rule) {
        return new RuleBody(
                rule.getId(),
                rule.getEnabled(),
                rule.getCondition(),
                rule.getClearCondition(),
                rule.getForMs(),
                rule.getSeverity().name().toLowerCase(Locale.ROOT),
                rule.getMessage(),
                rule.getUpdatedAt().toString());
    }

    /** @throws Problem (400) that names the member and what it may be */
    Rule toRule(String pathId, Instant now) {
        if (id != null && !id.equals(pathId)) {
            throw Problem.badRequest("id in the body must be the one of the path");
        }
        if (condition == null || condition.isBlank()) {
            throw Problem.badRequest("condition is missing");
        }
        ConditionCheck.require("condition", condition);
        if (clearCondition != null) {
            ConditionCheck.require("clearCondition", clearCondition);
        }
        if (forMs != null && (forMs < 0 || forMs > LONGEST)) {
            throw Problem.badRequest("forMs must be 0 to " + LONGEST);
        }
        if (message != null && message.length() > MAX_MESSAGE) {
            throw Problem.badRequest("message must be at most " + MAX_MESSAGE + " characters");
        }
        return Rule.newBuilder()
                .setId(pathId)
                .setEnabled(enabled == null || enabled)
                .setCondition(condition)
                .setClearCondition(clearCondition)
                .setForMs(forMs == null ? 0 : forMs)
                .setSeverity(severity == null ? Severity.WARNING : severity(severity))
                .setMessage(message == null ? "" : message)
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
