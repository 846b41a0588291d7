package io.headrace.streams.rules;

import io.headrace.record.Rule;
import org.jspecify.annotations.Nullable;

/** Learns of the rules of the hub as the {@link RulesFragment} does: a topic can be read whole but once by an application. */
@FunctionalInterface
public interface RuleWatcher {
    /**
     * Called by the thread that brings rules, for each that there is and each that changes; one that can't be read changes
     * nothing.
     *
     * @param rule not to be changed; null where it was deleted
     */
    void changed(String id, @Nullable Rule rule);
}
