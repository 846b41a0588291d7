package io.headrace.streams.alerts;

import io.headrace.record.Alert;
import io.headrace.record.AlertChange;
import io.headrace.record.AlertState;
import io.headrace.record.Severity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the alerts of groups, and what their members become by them. A changed alert is a new object. */
final class GroupAlerts {
    /** Members that are named. */
    static final int MOST_NAMED = 100;

    private GroupAlerts() {}

    /**
     * The alert of a group that there is from now on.
     *
     * @param members at least one, by device
     * @param before the last alert of the same group; null for none. Each has a later time than the one before, for it is
     *     part of the id
     */
    static Alert raised(String name, List<Kept> members, @Nullable Alert before) {
        Alert first = members.getFirst().alert();
        Instant at = latest(members);
        if (before != null && !at.isAfter(before.getRaisedAt())) {
            at = before.getRaisedAt().plus(1, ChronoUnit.MICROS);
        }
        Alert last = newest(members).alert();
        Severity severity = members.stream()
                .map(member -> member.alert().getSeverity())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return named(
                        Alert.newBuilder()
                                .setId(first.getRuleId() + "/" + name + "/" + micros(at))
                                .setDeviceId(name)
                                .setRuleId(first.getRuleId())
                                .setGroup(name)
                                .setSeverity(severity)
                                .setState(AlertState.RAISED)
                                .setRaisedAt(at)
                                .setReceivedAt(last.getReceivedAt())
                                .setOrigin(last.getOrigin())
                                .setEpisode(before == null ? 1 : before.getEpisode() + 1)
                                .setMemberTotal(members.size())
                                .setMemberCount(members.size())
                                .setHistory(List.of(new AlertChange(AlertState.RAISED, at, null, null))),
                        members)
                .build();
    }

    private static Instant latest(List<Kept> members) {
        return members.stream()
                .map(member -> member.alert().getRaisedAt())
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Of which the record of the group has timestamp and origin. */
    static Kept newest(List<Kept> members) {
        return members.stream().max(Comparator.comparingLong(Kept::at)).orElseThrow();
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    /** @param members those that stand now, the first of them */
    private static Alert.Builder named(Alert.Builder group, List<Kept> members) {
        List<String> names = members.stream()
                .limit(MOST_NAMED)
                .map(member -> member.alert().getDeviceId())
                .toList();
        String message = members.getFirst().alert().getMessage();
        String devices = group.getMemberTotal() + (group.getMemberTotal() == 1 ? " device" : " devices");
        return group.setMembers(names)
                .setMessage(
                        GroupName.isOfGateway(group.getDeviceId())
                                ? message + ", " + devices + " behind it"
                                : devices + " of " + group.getDeviceId() + ": " + message);
    }

    /** @param standing members that stand now, the first of them, at least one */
    static Alert updated(Alert group, List<Kept> standing) {
        return named(Alert.newBuilder(group), standing).build();
    }

    /** One member more, or one less; the record says so when it is written next. */
    static Alert counted(Alert group, int total, int count) {
        return Alert.newBuilder(group)
                .setMemberTotal(group.getMemberTotal() + total)
                .setMemberCount(group.getMemberCount() + count)
                .build();
    }

    /** @param request an alert of the group's id that has who acknowledges, and when */
    static Alert acknowledged(Alert group, Alert request) {
        return Alert.newBuilder(group)
                .setState(AlertState.ACKNOWLEDGED)
                .setAcknowledgedAt(request.getAcknowledgedAt())
                .setAcknowledgedBy(request.getAcknowledgedBy())
                .setHistory(AlertHistory.plus(group, request.getHistory().getLast()))
                .build();
    }

    /** @param last of its members, cleared */
    static Alert cleared(Alert group, Alert last) {
        Instant at = Optional.ofNullable(last.getClearedAt())
                .filter(cleared -> cleared.isAfter(group.getRaisedAt()))
                .orElse(group.getRaisedAt());
        return Alert.newBuilder(group)
                .setState(AlertState.CLEARED)
                .setClearedAt(at)
                .setReceivedAt(last.getReceivedAt())
                .setOrigin(last.getOrigin())
                .setMemberCount(0)
                .setMembers(List.of())
                .setHistory(AlertHistory.plus(group, new AlertChange(AlertState.CLEARED, at, null, note(last))))
                .build();
    }

    private static @Nullable String note(Alert alert) {
        return alert.getHistory().isEmpty()
                ? null
                : alert.getHistory().getLast().getNote();
    }

    /** A member, told by its group. */
    static Alert partOf(Alert member, Alert group) {
        return Alert.newBuilder(member).setPartOf(group.getId()).build();
    }
}
