package io.headrace.streams.alerts;

import io.headrace.record.Alert;
import io.headrace.record.AlertChange;
import io.headrace.record.AlertState;
import io.headrace.record.RuleEscalation;
import io.headrace.record.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What an escalation makes of an alert, and of its later changes, which come from somebody who doesn't know of it. */
final class Escalations {
    private Escalations() {}

    /** @param now by the processors' clock, epoch milliseconds */
    static Alert escalated(Alert alert, RuleEscalation terms, long now) {
        Severity severity = terms.getSeverity() == null ? next(alert.getSeverity()) : terms.getSeverity();
        AlertChange change = new AlertChange(
                AlertState.ESCALATED,
                Instant.ofEpochMilli(now),
                null,
                "nobody acknowledged it for " + words(terms.getAfterMs()));
        return Alert.newBuilder(alert)
                .setEscalationLevel(alert.getEscalationLevel() + 1)
                .setSeverity(higher(severity, alert.getSeverity()))
                .setHistory(AlertHistory.plus(alert, change))
                .build();
    }

    private static String words(long ms) {
        Duration time = Duration.ofMillis(ms);
        if (time.toSecondsPart() != 0 || time.toMillisPart() != 0) {
            return time.toMillis() / 1e3 + " s";
        }
        return time.toMinutesPart() == 0 ? time.toHours() + " h" : time.toMinutes() + " min";
    }

    private static Severity next(Severity severity) {
        return severity == Severity.INFO ? Severity.WARNING : Severity.CRITICAL;
    }

    private static Severity higher(Severity one, Severity other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /**
     * A later change of an alert, with what escalations made of it. They came after it was raised, and before anything
     * else that can happen to it.
     */
    static Alert merged(Alert change, Alert known) {
        if (known.getEscalationLevel() == 0) {
            return change;
        }
        List<AlertChange> history = new ArrayList<>(change.getHistory());
        List<AlertChange> escalations = known.getHistory().stream()
                .filter(each -> each.getState() == AlertState.ESCALATED)
                .toList();
        history.addAll(Math.min(1, history.size()), escalations);
        return Alert.newBuilder(change)
                .setEscalationLevel(known.getEscalationLevel())
                .setSeverity(higher(known.getSeverity(), change.getSeverity()))
                .setHistory(history)
                .build();
    }
}
