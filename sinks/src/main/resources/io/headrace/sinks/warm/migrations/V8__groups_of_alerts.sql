-- An alert can stand for those of many devices; whose group's alert tells of it is there to be looked up, and not one more that
-- is open. Who acknowledged an alert, and how often it was escalated, is known, too.
ALTER TABLE headrace.alerts
    ADD COLUMN part_of text,
    ADD COLUMN member_count integer NOT NULL DEFAULT 0,
    ADD COLUMN escalation_level integer NOT NULL DEFAULT 0,
    ADD COLUMN acknowledged_at timestamptz,
    ADD COLUMN acknowledged_by text;

DROP INDEX headrace.alerts_open;
CREATE INDEX alerts_open ON headrace.alerts (raised_at) WHERE state <> 'CLEARED' AND part_of IS NULL;
CREATE INDEX alerts_part_of ON headrace.alerts (part_of) WHERE part_of IS NOT NULL;

CREATE OR REPLACE VIEW headrace.open_alerts AS
SELECT id, device_id, rule_id, severity, raised_at, received_at, message, member_count, escalation_level, acknowledged_by
FROM headrace.alerts
WHERE state <> 'CLEARED' AND part_of IS NULL;

COMMENT ON VIEW headrace.open_alerts IS 'Alerts that haven''t been cleared; of a group the one that tells of all.';
COMMENT ON COLUMN headrace.alerts.device_id IS 'Whom it is about: a device, or a group of them as tag/value.';
COMMENT ON COLUMN headrace.alerts.severity IS 'INFO, WARNING or CRITICAL; of an escalated alert the one to which its rule escalates.';
COMMENT ON COLUMN headrace.alerts.state IS 'RAISED, ACKNOWLEDGED or CLEARED.';
COMMENT ON COLUMN headrace.alerts.part_of IS 'The group''s alert that tells of this one; null where it stands for itself.';
COMMENT ON COLUMN headrace.alerts.member_count IS 'How many alerts it tells of now; 0 where it isn''t a group''s.';
COMMENT ON COLUMN headrace.alerts.escalation_level IS 'How often it was escalated, since nobody acknowledged it.';
COMMENT ON COLUMN headrace.alerts.acknowledged_at IS 'When somebody acknowledged it, by the control plane''s clock.';
COMMENT ON COLUMN headrace.alerts.acknowledged_by IS 'Who.';
