package io.headrace.streams.rules;

import io.headrace.record.Rule;
import io.headrace.record.Severity;
import io.headrace.streams.condition.Condition;
import io.headrace.streams.rules.AlertCourse.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A rule ready to judge readings.
 *
 * @param condition raises
 * @param clear clears; empty where the alert is cleared as soon as the condition doesn't hold
 * @param forMicros how long the condition must hold
 * @param message what its alerts say
 */
record ActiveRule(
        String id, Condition condition, Optional<Condition> clear, long forMicros, Severity severity, String message) {

    static ActiveRule of(Rule rule) throws Condition.InvalidException {
        String clear = rule.getClearCondition();
        return new ActiveRule(
                rule.getId(),
                Condition.compile(rule.getCondition()),
                clear == null ? Optional.empty() : Optional.of(Condition.compile(clear)),
                TimeUnit.MILLISECONDS.toMicros(rule.getForMs()),
                rule.getSeverity(),
                rule.getMessage().isEmpty() ? rule.getCondition() : rule.getMessage());
    }

    /**
     * What a reading says of the rule. One that lacks what the condition asks for says nothing: a message about humidity
     * neither raises nor clears an alert about temperature.
     */
    Verdict judge(Map<String, Object> variables) {
        return switch (condition.judge(variables)) {
            case YES -> Verdict.HOLDS;
            case NO -> clear.map(other -> clears(other, variables)).orElse(Verdict.CLEARS);
            case ABSENT, FAILED -> Verdict.BETWEEN;
        };
    }

    private static Verdict clears(Condition clear, Map<String, Object> variables) {
        return clear.judge(variables) == Condition.Answer.YES ? Verdict.CLEARS : Verdict.BETWEEN;
    }
}
