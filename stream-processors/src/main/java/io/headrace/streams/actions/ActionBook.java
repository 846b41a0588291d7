package io.headrace.streams.actions;

import io.headrace.record.ActionEvent;
import io.headrace.record.EffectiveBy;
import io.headrace.record.Rule;
import io.headrace.record.SilentCheck;
import io.headrace.rule.InvalidRuleException;
import io.headrace.rule.RuleCheck;
import io.headrace.streams.actions.Action.Command;
import io.headrace.streams.rules.RuleWatcher;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of a hub say is to be done, live. It is what they say now, not what they said when an alert was raised: a
 * mended address holds for the alerts that stand. Where a rule's point is yet to come, its earlier version says. Of a
 * disabled rule whoever was told of an alert is told that it is cleared, and no machine is moved; of a deleted one nothing
 * is known. For several threads.
 */
final class ActionBook implements RuleWatcher {
    private static final Entry NOTHING = new Entry(null, null, null, false);

    private final Map<String, Entry> byId = new ConcurrentHashMap<>();

    /**
     * A version of a rule.
     *
     * @param byClock whether it raises alerts that no reading leads to
     */
    private record Version(boolean enabled, boolean byClock, List<Action> actions) {
        static @Nullable Version of(@Nullable Rule rule) {
            if (rule == null) {
                return null;
            }
            try {
                RuleCheck.requireButConditions(rule);
            } catch (InvalidRuleException outOfForce) { // which the rules say
                return null;
            }
            return new Version(rule.getEnabled(), rule.getCheck() instanceof SilentCheck, Action.of(rule.getActions()));
        }

        List<Action> on(ActionEvent event) {
            return actions.stream()
                    .filter(action -> action.on().contains(event)
                            && (enabled || (event == ActionEvent.CLEARED && !(action.deed() instanceof Command))))
                    .toList();
        }
    }

    /** @param point from which the current version is in force; null for always */
    private record Entry(
            @Nullable Version current,
            @Nullable Version earlier,
            @Nullable Instant point,
            boolean byObserved) {
        boolean isByClock() {
            return (current != null && current.byClock) || (earlier != null && earlier.byClock);
        }

        List<Action> on(Occasion occasion) {
            Instant at = byObserved ? occasion.observedAt() : occasion.moment();
            Version version = point == null || !at.isBefore(point) ? current : earlier;
            List<Action> all = version == null ? List.of() : version.on(occasion.event());
            return occasion.alert().getPartOf() == null
                    ? all
                    : all.stream().filter(Action::isForPart).toList();
        }
    }

    @Override
    public void changed(String id, @Nullable Rule rule) {
        if (rule == null) {
            byId.remove(id);
            return;
        }
        byId.put(
                id,
                new Entry(
                        Version.of(rule),
                        Version.of(rule.getEarlier()),
                        rule.getEffectiveAt(),
                        rule.getEffectiveBy() == EffectiveBy.OBSERVED));
    }

    /** Whether a rule raises alerts that no reading leads to: that a device is silent is found by the clock. */
    boolean isByClock(String rule) {
        return byId.getOrDefault(rule, NOTHING).isByClock();
    }

    List<Action> on(Occasion occasion) {
        return byId.getOrDefault(occasion.alert().getRuleId(), NOTHING).on(occasion);
    }
}
