package io.headrace.control.alerts;

import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import org.jspecify.annotations.Nullable;

/**
 * What became of the alerts of a rule, a fold over their records. Alerts of groups are counted by themselves.
 *
 * @param standing alerts about devices that stand now, those that a group's alert tells of included
 * @param raised alerts about devices
 * @param cleared of those
 * @param grouped of those, how many were told by the alert of a group in their place
 * @param groups alerts of groups
 * @param groupsStanding of those, that stand now
 * @param acknowledged alerts, of devices or groups
 * @param escalated how often any was escalated
 * @param heldBack how many the limit of each device kept from being raised
 */
record RuleStats(
        long standing,
        long raised,
        long cleared,
        long grouped,
        long groups,
        long groupsStanding,
        long acknowledged,
        long escalated,
        long heldBack) {
    static final RuleStats NONE = new RuleStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** @param before the alert's last record; null for none, or one that is forgotten */
    RuleStats plus(Alert alert, @Nullable Alert before) {
        boolean isOfGroup = alert.getMemberTotal() > 0;
        long isNew = before == null ? 1 : 0;
        long ends = isCleared(alert) && (before == null || !isCleared(before)) ? 1 : 0;
        long ofDevices = isOfGroup ? 0 : 1;
        long ofGroups = isOfGroup ? 1 : 0;
        return new RuleStats(
                standing + ofDevices * (isNew - ends),
                raised + ofDevices * isNew,
                cleared + ofDevices * ends,
                grouped + (alert.getPartOf() != null && (before == null || before.getPartOf() == null) ? 1 : 0),
                groups + ofGroups * isNew,
                groupsStanding + ofGroups * (isNew - ends),
                acknowledged + (isAcknowledged(alert) && (before == null || !isAcknowledged(before)) ? 1 : 0),
                escalated
                        + Math.max(0, alert.getEscalationLevel() - (before == null ? 0 : before.getEscalationLevel())),
                heldBack + isNew * alert.getHeldBack());
    }

    private static boolean isCleared(Alert alert) {
        return alert.getState() == AlertState.CLEARED;
    }

    private static boolean isAcknowledged(Alert alert) {
        return alert.getAcknowledgedBy() != null;
    }
}
