package io.headrace.rule;

import io.headrace.condition.Condition;
import io.headrace.condition.InvalidConditionException;
import io.headrace.record.Rule;
import io.headrace.record.RuleEscalation;
import io.headrace.record.RuleGroup;
import io.headrace.record.RuleTarget;
import io.headrace.record.SilentCheck;
import java.time.Duration;
import java.util.List;

/** Whether a rule can be gone by. Safe for use by several threads. */
public final class RuleCheck {
    /** Longest time that a condition may have to hold. */
    public static final long LONGEST_FOR_MS = Duration.ofDays(7).toMillis();

    private static final int MAX_MESSAGE = 500;
    private static final int MAX_PER_HOUR = 60;
    private static final int MAX_DEVICES = 1_000;
    private static final int MAX_TAGS = 16;
    private static final int MAX_GROUPED_BY = 8;
    private static final int MAX_REPEATS = 9;
    private static final long LONGEST_WITHIN_MS = Duration.ofDays(1).toMillis();
    private static final long LONGEST_HOLD_MS = Duration.ofMinutes(5).toMillis();

    private RuleCheck() {}

    /** @throws InvalidRuleException naming the member, and what it may be */
    public static void require(Rule rule) throws InvalidRuleException {
        requireButConditions(rule);
        if (rule.getCheck() == null) {
            requireCondition("condition", rule.getCondition());
        }
        if (rule.getClearCondition() != null) {
            requireCondition("clearCondition", rule.getClearCondition());
        }
    }

    /**
     * For who compiles the conditions anyway, which takes longer than all the rest.
     *
     * @throws InvalidRuleException as {@link #require} throws it
     */
    public static void requireButConditions(Rule rule) throws InvalidRuleException {
        if (rule.getCheck() != null) {
            if (!rule.getCondition().isEmpty()) {
                throw new InvalidRuleException("condition", "must not be there where check is");
            }
            Limits.require(rule.getCheck());
        }
        requireRange("forMs", rule.getForMs(), 0, LONGEST_FOR_MS);
        if (rule.getCheck() instanceof SilentCheck && (rule.getForMs() != 0 || rule.getClearCondition() != null)) {
            throw new InvalidRuleException(
                    rule.getForMs() == 0 ? "clearCondition" : "forMs",
                    "has no meaning for silence: afterMs says how long, and any reading clears");
        }
        requireRange("maxPerHour", rule.getMaxPerHour(), 0, MAX_PER_HOUR);
        if (rule.getMessage().length() > MAX_MESSAGE) {
            throw new InvalidRuleException("message", "must be at most " + MAX_MESSAGE + " characters");
        }
        requireTarget(rule.getTarget());
        if (rule.getSchedule() != null) {
            Hours.of(rule.getSchedule());
        }
        ActionLimits.require(rule.getActions());
        if (rule.getGroup() != null) {
            requireGroup(rule.getGroup());
        }
        if (rule.getEscalation() != null) {
            requireEscalation(rule.getEscalation(), rule);
        }
    }

    private static void requireGroup(RuleGroup group) throws InvalidRuleException {
        List<String> by = group.getBy();
        if (by.size() > MAX_GROUPED_BY
                || by.stream().distinct().count() != by.size()
                || by.stream().anyMatch(String::isEmpty)) {
            throw new InvalidRuleException("group.by", "must be at most " + MAX_GROUPED_BY + " tags, each once");
        }
        requireRange("group.min", group.getMin(), 2, 10_000);
        requireRange("group.withinMs", group.getWithinMs(), 1_000, LONGEST_WITHIN_MS);
        requireRange("group.holdMs", group.getHoldMs(), 0, LONGEST_HOLD_MS);
    }

    private static void requireEscalation(RuleEscalation escalation, Rule rule) throws InvalidRuleException {
        requireRange("escalation.afterMs", escalation.getAfterMs(), 1_000, LONGEST_FOR_MS);
        requireRange("escalation.repeat", escalation.getRepeat(), 0, MAX_REPEATS);
        if (escalation.getSeverity() != null && escalation.getSeverity().compareTo(rule.getSeverity()) < 0) {
            throw new InvalidRuleException("escalation.severity", "must not be lower than severity");
        }
    }

    private static void requireCondition(String member, String expression) throws InvalidRuleException {
        if (expression.isBlank()) {
            throw new InvalidRuleException(member, "is missing");
        }
        try {
            Condition.ofRule(expression);
        } catch (InvalidConditionException invalid) {
            throw new InvalidRuleException(member, invalid);
        }
    }

    private static void requireRange(String member, long value, long least, long most) throws InvalidRuleException {
        if (value < least || value > most) {
            throw new InvalidRuleException(member, "must be " + least + " to " + most);
        }
    }

    private static void requireTarget(RuleTarget target) throws InvalidRuleException {
        List<String> devices = target.getDevices();
        if (devices.size() > MAX_DEVICES || devices.stream().anyMatch(String::isEmpty)) {
            throw new InvalidRuleException("target.devices", "must be at most " + MAX_DEVICES + " ids");
        }
        if (target.getTags().size() > MAX_TAGS || target.getTags().containsKey("")) {
            throw new InvalidRuleException("target.tags", "must be at most " + MAX_TAGS + " tags");
        }
    }
}
