package io.headrace.streams.rules;

import io.headrace.streams.rules.check.Sight;
import io.headrace.streams.rules.check.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the rules have done: {@code headrace.rules.*}. */
final class RulesMeters {
    private final Counter raised;
    private final Counter cleared;
    private final Counter acknowledged;
    private final Counter failures;
    private final Counter unknown;
    private final RuleFailures byRule = new RuleFailures();

    RulesMeters(MeterRegistry registry) {
        raised = registry.counter("headrace.rules.alerts", "change", "raised");
        cleared = registry.counter("headrace.rules.alerts", "change", "cleared");
        acknowledged = registry.counter("headrace.rules.alerts", "change", "acknowledged");
        failures = registry.counter("headrace.rules.failures");
        unknown = registry.counter("headrace.rules.commands.unknown");
    }

    void raised() {
        raised.increment();
    }

    void cleared() {
        cleared.increment();
    }

    void acknowledged() {
        acknowledged.increment();
    }

    /** A rule couldn't be judged for a reading. */
    void failed(ActiveRule rule, Verdict verdict, Sight sight, long now) {
        failures.increment();
        byRule.failed(rule, verdict, sight, now);
    }

    RuleFailures failures() {
        return byRule;
    }

    /** A command was about an alert that doesn't stand. */
    void unknown() {
        unknown.increment();
    }
}
