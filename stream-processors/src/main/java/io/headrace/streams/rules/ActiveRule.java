package io.headrace.streams.rules;

import io.headrace.condition.InvalidConditionException;
import io.headrace.record.Rule;
import io.headrace.record.RuleSchedule;
import io.headrace.record.Severity;
import io.headrace.rule.Hours;
import io.headrace.rule.InvalidRuleException;
import io.headrace.rule.RuleCheck;
import io.headrace.streams.alerts.Handling;
import io.headrace.streams.rules.check.Check;
import io.headrace.streams.rules.check.Checks;
import io.headrace.streams.rules.check.Sight;
import io.headrace.streams.rules.check.Silence;
import io.headrace.streams.rules.check.Verdict;
import io.headrace.streams.rules.course.Terms;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A version of a rule, ready to judge readings. Safe for use by several threads.
 *
 * @param version when it was made, epoch microseconds
 * @param clear clears; empty where the alert is cleared as soon as the check says so
 * @param hours in which it may raise; empty for always
 * @param message what its alerts say; empty for what was found
 * @param devices whom it is about; empty for any
 * @param tags which those must have
 * @param silence the check, where it is one of silence
 * @param handling what is done with its alerts
 */
record ActiveRule(
        String id,
        long version,
        Check check,
        Optional<Check> clear,
        Terms terms,
        Optional<Hours> hours,
        Severity severity,
        String message,
        Set<String> devices,
        Map<String, String> tags,
        Optional<Silence> silence,
        Handling handling) {
    private static final double[] NO_MEMORY = {};

    static ActiveRule of(Rule rule) throws InvalidRuleException, InvalidConditionException {
        RuleCheck.requireButConditions(rule);
        String clear = rule.getClearCondition();
        RuleSchedule schedule = rule.getSchedule();
        Check check = Checks.of(rule);
        return new ActiveRule(
                rule.getId(),
                Sight.micros(rule.getUpdatedAt()),
                check,
                clear == null ? Optional.empty() : Optional.of(Checks.of(clear)),
                new Terms(Math.multiplyExact(rule.getForMs(), 1_000L), rule.getMaxPerHour()),
                schedule == null ? Optional.empty() : Optional.of(Hours.of(schedule)),
                rule.getSeverity(),
                rule.getMessage(),
                Set.copyOf(rule.getTarget().getDevices()),
                Map.copyOf(rule.getTarget().getTags()),
                check instanceof Silence silence ? Optional.of(silence) : Optional.empty(),
                Handling.of(rule));
    }

    boolean isAbout(String device, Map<String, String> deviceTags) {
        if (!devices.isEmpty() && !devices.contains(device)) {
            return false;
        }
        for (Map.Entry<String, String> wanted : tags.entrySet()) {
            if (!wanted.getValue().equals(deviceTags.get(wanted.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /** Whether it may raise at a time, epoch microseconds. */
    boolean isOpen(long at) {
        return hours.isEmpty() || hours.get().isOpen(at);
    }

    /**
     * What a reading says of the rule. One that lacks what the rule asks for says nothing: a message about humidity
     * neither raises nor clears an alert about temperature.
     */
    Verdict judge(Sight sight, double[] memory) {
        Verdict verdict = check.judge(sight, memory);
        if (verdict != Verdict.CLEARS || clear.isEmpty()) {
            return verdict;
        }
        return switch (clear.get().judge(sight, NO_MEMORY)) {
            case HOLDS -> Verdict.CLEARS;
            case FAILED, UNCLEAR -> Verdict.UNCLEAR;
            case CLEARS, BETWEEN, NOTHING -> Verdict.BETWEEN;
        };
    }

    /** Why it couldn't be judged for a reading, where {@link #judge} said {@code FAILED} or {@code UNCLEAR}. */
    String failure(Verdict verdict, Sight sight) {
        return verdict == Verdict.UNCLEAR
                ? "clearCondition: " + clear.orElseThrow().failure(sight)
                : check.failure(sight);
    }
}
