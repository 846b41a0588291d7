package io.headrace.streams.alerts;

import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What became of alerts: {@code headrace.rules.*}. */
final class AlertsMeters {
    private final Counter groups;
    private final Counter members;
    private final Counter escalated;
    private final Counter unknown;

    AlertsMeters(MeterRegistry registry) {
        groups = registry.counter("headrace.rules.groups");
        members = registry.counter("headrace.rules.grouped");
        escalated = registry.counter("headrace.rules.escalated");
        unknown = registry.counter("headrace.rules.commands.unknown");
    }

    /** Counts the alerts of groups that were raised, and those that they told in the place of. */
    void told(Alert alert, boolean quiet) {
        if (alert.getState() != AlertState.RAISED) {
            return;
        }
        if (alert.getPartOf() != null) {
            members.increment();
        } else if (alert.getMemberTotal() > 0 && !quiet) {
            groups.increment();
        }
    }

    void escalated() {
        escalated.increment();
    }

    /** A command was about an alert of a group that doesn't stand. */
    void unknown() {
        unknown.increment();
    }
}
