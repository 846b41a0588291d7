package io.headrace.streams.rules;

import io.headrace.record.Alert;
import io.headrace.record.AlertChange;
import io.headrace.record.AlertCommand;
import io.headrace.record.AlertForecast;
import io.headrace.record.AlertState;
import io.headrace.record.Evidence;
import io.headrace.record.Origin;
import io.headrace.record.Severity;
import io.headrace.streams.alerts.AlertHistory;
import io.headrace.streams.alerts.GroupName;
import io.headrace.streams.rules.check.Check.Outlook;
import io.headrace.streams.rules.check.PredictedEnd;
import io.headrace.streams.rules.check.Sight;
import io.headrace.streams.rules.course.Course;
import io.headrace.streams.rules.course.DeviceMemory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the records of alerts. A changed alert is a new object: the old one may be on its way. */
final class AlertRecords {
    private static final int MOST_VALUES = 8;

    private AlertRecords() {}

    /**
     * What led to an alert.
     *
     * @param words what was found
     * @param outlook when it will be, where it is foretold
     * @param receivedAt of the message that led to it
     * @param group that it is of; empty for none
     */
    record Cause(
            String words,
            Optional<Outlook> outlook,
            List<Evidence> evidence,
            Origin origin,
            Instant receivedAt,
            Optional<String> group) {}

    /** Of a rule that looks at no metric by name, the reading's own numbers are the evidence. */
    static Cause cause(ActiveRule rule, Sight sight, Course course, DeviceMemory memory) {
        double[] remembered = course.memory(rule.check());
        Collection<String> metrics = rule.check().metrics();
        return new Cause(
                rule.check().words(sight, remembered),
                rule.check().outlook(sight, remembered).or(() -> PredictedEnd.of(metrics, sight)),
                metrics.isEmpty() ? numbers(sight) : memory.evidence(metrics),
                sight.reading().getOrigin(),
                sight.reading().getReceivedAt(),
                rule.handling().groupOf(memory.tags()));
    }

    private static List<Evidence> numbers(Sight sight) {
        List<Evidence> numbers = new ArrayList<>();
        for (Map.Entry<String, Object> each : new TreeMap<>(sight.reading().getValues()).entrySet()) {
            double value = Sight.number(each.getValue());
            if (!Double.isNaN(value) && numbers.size() < MOST_VALUES) {
                numbers.add(new Evidence(each.getKey(), sight.reading().getObservedAt(), value));
            }
        }
        return numbers;
    }

    /** Part of the id is when it was raised, so that the records of an episode share one. */
    private static String id(String rule, String device, long raisedAt) {
        return rule + "/" + device + "/" + raisedAt;
    }

    static Alert raised(ActiveRule rule, String device, Course course, Cause cause) {
        Instant at = Sight.instant(course.since());
        return Alert.newBuilder()
                .setId(id(rule.id(), device, course.since()))
                .setDeviceId(device)
                .setRuleId(rule.id())
                .setSeverity(rule.severity())
                .setState(AlertState.RAISED)
                .setRaisedAt(at)
                .setReceivedAt(cause.receivedAt())
                .setMessage(message(rule, cause))
                .setGroup(cause.group().orElse(null))
                .setOrigin(cause.origin())
                .setEpisode(course.episodes())
                .setHeldBack(course.heldBack())
                .setEvidence(cause.evidence())
                .setForecast(cause.outlook().map(AlertRecords::forecast).orElse(null))
                .setHistory(List.of(new AlertChange(AlertState.RAISED, at, null, null)))
                .build();
    }

    private static String message(ActiveRule rule, Cause cause) {
        boolean isOfGateway = cause.group().filter(GroupName::isOfGateway).isPresent();
        return rule.message().isEmpty() || isOfGateway ? cause.words() : rule.message();
    }

    /** Whether the alert that stands says that a gateway is silent, and not the device. */
    static boolean isBehindGateway(Course course) {
        return course.standing()
                .map(Alert::getGroup)
                .filter(GroupName::isOfGateway)
                .isPresent();
    }

    private static AlertForecast forecast(Outlook outlook) {
        return new AlertForecast(
                Sight.instant(outlook.at()),
                Sight.instant(outlook.earliest()),
                outlook.latest() == Long.MAX_VALUE ? null : Sight.instant(outlook.latest()));
    }

    /** What is known of an alert that the first version of the state left. */
    static Alert standing(String rule, String device, long raisedAt) {
        Instant at = Sight.instant(raisedAt);
        return Alert.newBuilder()
                .setId(id(rule, device, raisedAt))
                .setDeviceId(device)
                .setRuleId(rule)
                .setSeverity(Severity.WARNING)
                .setState(AlertState.RAISED)
                .setRaisedAt(at)
                .setReceivedAt(at)
                .setMessage("")
                .setOrigin(new Origin(0, 0L, 0))
                .setEvidence(List.of())
                .setHistory(List.of(new AlertChange(AlertState.RAISED, at, null, null)))
                .build();
    }

    /** @param note why, where it isn't the rule that clears; null for the rule */
    static Alert cleared(Alert standing, Instant at, Origin origin, Instant receivedAt, @Nullable String note) {
        return Alert.newBuilder(standing)
                .setState(AlertState.CLEARED)
                .setClearedAt(at)
                .setReceivedAt(receivedAt)
                .setOrigin(origin)
                .setHistory(AlertHistory.plus(standing, new AlertChange(AlertState.CLEARED, at, null, note)))
                .build();
    }

    static Alert acknowledged(Alert standing, AlertCommand command) {
        return Alert.newBuilder(standing)
                .setState(AlertState.ACKNOWLEDGED)
                .setAcknowledgedAt(command.getAt())
                .setAcknowledgedBy(command.getBy())
                .setHistory(AlertHistory.plus(
                        standing,
                        new AlertChange(AlertState.ACKNOWLEDGED, command.getAt(), command.getBy(), command.getNote())))
                .build();
    }

    /**
     * That a person has seen the alert of a group: goes to who holds the alert.
     *
     * @param rule whose alert it is
     */
    static Alert acknowledgement(String rule, AlertCommand command) {
        return Alert.newBuilder()
                .setId(command.getAlertId())
                .setDeviceId(command.getDeviceId())
                .setRuleId(rule)
                .setGroup(command.getDeviceId())
                .setSeverity(Severity.WARNING)
                .setState(AlertState.ACKNOWLEDGED)
                .setRaisedAt(command.getAt())
                .setReceivedAt(command.getAt())
                .setMessage("")
                .setOrigin(new Origin(0, 0L, 0))
                .setAcknowledgedAt(command.getAt())
                .setAcknowledgedBy(command.getBy())
                .setHistory(List.of(
                        new AlertChange(AlertState.ACKNOWLEDGED, command.getAt(), command.getBy(), command.getNote())))
                .build();
    }
}
