package io.headrace.streams.alerts;

import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.RuleGroup;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes one alert of many. An alert that is raised waits for as long as its rule says; if then enough others of its group
 * have been raised about the same time, and none of them is part of a group yet, one alert of the group tells of all.
 * Otherwise it is told for itself, to its end, and still counts for those to come. While the alert of a group stands,
 * whoever is raised joins it. It is cleared with the last of its members. Each alert's changes are told in their order. For
 * one task.
 */
final class Groups {
    /** What a group of devices behind a silent gateway goes by: one is enough, whenever it was raised. */
    private static final RuleGroup BEHIND_GATEWAY = new RuleGroup(List.of(), 1, Long.MAX_VALUE, 5_000L);

    /** In which the record of a group is brought up to date at most once. */
    private static final long UPDATE_MS = 5_000;

    private final Shelf shelf;
    private final Function<String, Handling> handlings;
    private final Output output;

    /** Where told alerts go. */
    interface Output {
        /**
         * @param at timestamp of the record, epoch milliseconds
         * @param quiet whether it is for the record alone, and nobody is to be told
         */
        void tell(Alert alert, long at, boolean quiet);
    }

    /** @param handlings what a rule wants now, by its id */
    Groups(Shelf shelf, Function<String, Handling> handlings, Output output) {
        this.shelf = shelf;
        this.handlings = handlings;
        this.output = output;
    }

    /**
     * A change of an alert about a device.
     *
     * @param at timestamp of its record, epoch milliseconds
     * @param now by the processors' clock, epoch milliseconds
     */
    void plus(Alert alert, long at, long now) {
        String place = place(alert);
        Kept known = shelf.find(place, alert.getDeviceId());
        if (known != null && known.due() != 0 && alert.getState() != AlertState.RAISED) {
            decide(place, known);
            known = shelf.find(place, alert.getDeviceId());
        }
        if (known != null && known.isMember()) {
            change(place, known, alert, at, now);
        } else if (alert.getState() == AlertState.RAISED) {
            raise(place, alert, at, now, known == null);
        } else {
            changeAlone(place, known, alert);
            output.tell(alert, at, false);
        }
    }

    private void changeAlone(String place, @Nullable Kept known, Alert alert) {
        if (alert.getState() == AlertState.CLEARED) {
            shelf.remove(place, alert.getDeviceId());
        } else if (known != null) {
            shelf.put(place, alert.getDeviceId(), known.with(alert, 0));
        }
    }

    /** Tells an alert that waits for itself. */
    private void release(String place, Kept waiting) {
        shelf.put(place, waiting.alert().getDeviceId(), waiting.with(waiting.alert(), 0));
        output.tell(waiting.alert(), waiting.at(), false);
    }

    private void raise(String place, Alert alert, long at, long now, boolean isNew) {
        Alert group = standing(alert.getGroup(), alert.getRuleId());
        if (group != null) {
            Alert member = GroupAlerts.partOf(alert, group);
            shelf.put(place, alert.getDeviceId(), new Kept(member, at, true, 0));
            output.tell(member, at, true);
            keepUntold(GroupAlerts.counted(group, isNew ? 1 : 0, 1), at, now);
            return;
        }
        Optional<RuleGroup> terms = terms(alert);
        Kept waiting = new Kept(alert, at, now + terms.map(RuleGroup::getHoldMs).orElse(0L));
        shelf.put(place, alert.getDeviceId(), waiting);
        if (waiting.isDue(now)) {
            decide(place, waiting);
        }
    }

    /** Of a member of a group that stands. */
    private void change(String place, Kept known, Alert alert, long at, long now) {
        Alert group = standing(alert.getGroup(), alert.getRuleId());
        String partOf = known.alert().getPartOf();
        Alert member = Alert.newBuilder(alert).setPartOf(partOf).build();
        shelf.put(place, alert.getDeviceId(), new Kept(member, at, true, 0));
        output.tell(member, at, partOf != null);
        if (group != null && alert.getState() == AlertState.CLEARED) {
            leave(place, GroupAlerts.counted(group, 0, -1), member, at, now);
        }
    }

    private void leave(String place, Alert group, Alert last, long at, long now) {
        if (group.getMemberCount() > 0) {
            keepUntold(group, at, now);
            return;
        }
        Alert cleared = GroupAlerts.cleared(group, last);
        shelf.clear(place);
        keep(cleared, at, 0);
        output.tell(cleared, at, false);
    }

    /** Does what the time has come for. */
    void look(long now) {
        for (Shelf.Due due = shelf.poll(now); due != null; due = shelf.poll(now)) {
            Kept kept = shelf.find(due.place(), due.key());
            if (kept == null || !kept.isDue(now)) {
                continue;
            }
            if (kept.alert().getMemberTotal() > 0) {
                update(kept);
            } else {
                decide(due.place(), kept);
            }
        }
    }

    /** Whether an alert that has waited is told by a group. */
    private void decide(String place, Kept waiting) {
        Optional<RuleGroup> terms = terms(waiting.alert());
        if (terms.isEmpty()) {
            release(place, waiting);
            return;
        }
        long within = terms.get().getWithinMs();
        List<Kept> candidates = shelf.at(
                place,
                stored -> KeptFormat.due(stored) != 0 || isNear(KeptFormat.at(stored), waiting, within),
                kept -> kept.stands() && !kept.joined(),
                Integer.MAX_VALUE);
        long near = candidates.stream()
                .filter(each -> isNear(each.at(), waiting, within))
                .count();
        if (near < terms.get().getMin()) {
            release(place, waiting);
        } else {
            gather(place, waiting.alert(), candidates);
        }
    }

    private static boolean isNear(long at, Kept waiting, long within) {
        return Math.abs(at - waiting.at()) <= within;
    }

    /** With all that wait: they would join right after. Who was told of one for itself is also told when that ends. */
    private void gather(String place, Alert any, List<Kept> members) {
        Kept before = shelf.find(any.getGroup(), any.getRuleId());
        Alert group = GroupAlerts.raised(any.getGroup(), members, before == null ? null : before.alert());
        long at = GroupAlerts.newest(members).at();
        keep(group, at, 0);
        output.tell(group, at, false);
        for (Kept each : members) {
            Alert member = each.due() == 0 ? each.alert() : GroupAlerts.partOf(each.alert(), group);
            shelf.put(place, member.getDeviceId(), new Kept(member, each.at(), true, 0));
            if (each.due() != 0) {
                output.tell(member, each.at(), true);
            }
        }
    }

    private void update(Kept group) {
        List<Kept> members = shelf.at(place(group.alert()), stored -> true, Kept::isMember, GroupAlerts.MOST_NAMED);
        Alert updated = members.isEmpty() ? group.alert() : GroupAlerts.updated(group.alert(), members);
        keep(updated, group.at(), 0);
        output.tell(updated, group.at(), true);
    }

    /**
     * A person has seen the alert of a group.
     *
     * @param request an alert of its id that says who, and when
     * @return false where it doesn't stand, or somebody has before
     */
    boolean acknowledge(Alert request, long at) {
        Kept kept = shelf.find(request.getDeviceId(), request.getRuleId());
        Alert group = kept == null ? null : kept.alert();
        if (kept == null
                || group == null
                || !group.getId().equals(request.getId())
                || group.getState() != AlertState.RAISED) {
            return false;
        }
        Alert acknowledged = GroupAlerts.acknowledged(group, request);
        keep(acknowledged, at, kept.due());
        output.tell(acknowledged, at, false);
        return true;
    }

    /** Forgets a device, at once. The alert of a group that had no other is cleared. */
    void erase(Alert alert, long at, long now) {
        String place = place(alert);
        Kept known = shelf.find(place, alert.getDeviceId());
        shelf.remove(place, alert.getDeviceId());
        Alert group = standing(alert.getGroup(), alert.getRuleId());
        if (known == null || group == null || !known.joined()) {
            return;
        }
        leave(place, GroupAlerts.counted(group, 0, known.isMember() ? -1 : 0), known.alert(), at, now);
        Kept left = shelf.find(group.getDeviceId(), group.getRuleId());
        if (left != null && left.stands()) {
            update(left);
        }
    }

    private Optional<RuleGroup> terms(Alert alert) {
        return GroupName.isOfGateway(alert.getGroup())
                ? Optional.of(BEHIND_GATEWAY)
                : handlings.apply(alert.getRuleId()).group();
    }

    private @Nullable Alert standing(String name, String rule) {
        Kept kept = shelf.find(name, rule);
        return kept != null && kept.stands() ? kept.alert() : null;
    }

    private void keep(Alert group, long at, long due) {
        shelf.put(group.getDeviceId(), group.getRuleId(), new Kept(group, at, due));
    }

    /** Its record is brought up to date soon. */
    private void keepUntold(Alert group, long at, long now) {
        Kept before = shelf.find(group.getDeviceId(), group.getRuleId());
        keep(group, at, before == null || before.due() == 0 ? now + UPDATE_MS : before.due());
    }

    private static String place(Alert alert) {
        return alert.getGroup() + '\n' + alert.getRuleId();
    }
}
