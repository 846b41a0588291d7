-- An alert that somebody has acknowledged is open until it is cleared.
CREATE OR REPLACE VIEW headrace.open_alerts AS
SELECT id, device_id, rule_id, severity, raised_at, received_at, message
FROM headrace.alerts
WHERE state <> 'CLEARED';
