package io.headrace.streams.alerts;

import io.headrace.record.Rule;
import io.headrace.record.RuleEscalation;
import io.headrace.record.RuleGroup;
import java.util.Map;
import java.util.Optional;

/**
 * What a rule wants done with its alerts.
 *
 * @param group when those about many devices are one; empty where each stands for itself
 * @param escalation what becomes of one that nobody acknowledges; empty for nothing
 */
public record Handling(Optional<RuleGroup> group, Optional<RuleEscalation> escalation) {
    /** Of a rule that is gone. */
    public static final Handling NONE = new Handling(Optional.empty(), Optional.empty());

    public static Handling of(Rule rule) {
        return new Handling(Optional.ofNullable(rule.getGroup()), Optional.ofNullable(rule.getEscalation()));
    }

    /** Name of the group that an alert about a device of these tags is of; empty for one that stands for itself. */
    public Optional<String> groupOf(Map<String, String> tags) {
        return group.flatMap(terms -> GroupName.of(terms.getBy(), tags));
    }
}
