-- An anomaly has an end now, and whatever becomes of it is told under one id. What stands here already was told once, at its
-- onset, whose origin is part of the id.
ALTER TABLE headrace.anomalies
    DROP CONSTRAINT anomalies_pkey,
    ADD COLUMN id text,
    ADD COLUMN revision integer NOT NULL DEFAULT 0,
    ADD COLUMN state text NOT NULL DEFAULT 'CLOSED',
    ADD COLUMN event text NOT NULL DEFAULT '',
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN severity text NOT NULL DEFAULT 'WARNING',
    ADD COLUMN low double precision,
    ADD COLUMN high double precision,
    ADD COLUMN peak_value double precision,
    ADD COLUMN peak_at timestamptz,
    ADD COLUMN peak_score double precision,
    ADD COLUMN strange_values bigint NOT NULL DEFAULT 1,
    ADD COLUMN threshold double precision,
    ADD COLUMN suppressed text,
    ADD COLUMN suppressed_by text,
    ADD COLUMN verdict text,
    ADD COLUMN acknowledged_at timestamptz,
    ADD COLUMN acknowledged_by text,
    ADD COLUMN note text;

UPDATE headrace.anomalies a
SET id = named.id || CASE WHEN named.n > 1 THEN '/' || named.n ELSE '' END
FROM (
    SELECT ctid AS place, each.id, row_number() OVER (PARTITION BY each.id ORDER BY started_at, detector) AS n
    FROM headrace.anomalies, LATERAL (
        SELECT device_id || '/' || metric || '/' || origin_partition || ':' || origin_offset
            || CASE WHEN origin_index > 0 THEN '#' || origin_index ELSE '' END AS id
    ) each
) named
WHERE a.ctid = named.place;

ALTER TABLE headrace.anomalies ADD PRIMARY KEY (id);
CREATE INDEX anomalies_device_started ON headrace.anomalies (device_id, started_at);
CREATE INDEX anomalies_open ON headrace.anomalies (started_at) WHERE state = 'OPEN';

CREATE VIEW headrace.open_anomalies AS
SELECT id, device_id, metric, event, severity, started_at, received_at, value, expected, peak_value, peak_at, reason,
    acknowledged_by
FROM headrace.anomalies
WHERE state = 'OPEN' AND suppressed IS NULL AND verdict IS DISTINCT FROM 'FALSE_ALARM';

COMMENT ON TABLE headrace.anomalies IS 'Each episode that a metric''s own history did not lead one to expect, in its newest state.';
COMMENT ON VIEW headrace.open_anomalies IS 'Those that go on, without those in maintenance and those that somebody has called false.';
COMMENT ON COLUMN headrace.anomalies.id IS 'The same from the onset to the end: device, metric, and origin of the onset.';
COMMENT ON COLUMN headrace.anomalies.revision IS '0 at the onset, one more each time that it changed.';
COMMENT ON COLUMN headrace.anomalies.state IS 'OPEN or CLOSED.';
COMMENT ON COLUMN headrace.anomalies.event IS 'Shared by the anomalies of one device that began within minutes.';
COMMENT ON COLUMN headrace.anomalies.started_at IS 'When the device measured the first strange value.';
COMMENT ON COLUMN headrace.anomalies.ended_at IS 'When the device measured the last one; null while it is open.';
COMMENT ON COLUMN headrace.anomalies.received_at IS 'When the gateway received what changed it last.';
COMMENT ON COLUMN headrace.anomalies.score IS 'From 0 to 1, at the onset.';
COMMENT ON COLUMN headrace.anomalies.value IS 'That was measured at the onset.';
COMMENT ON COLUMN headrace.anomalies.severity IS 'INFO, WARNING or CRITICAL: how far it went, and for how long.';
COMMENT ON COLUMN headrace.anomalies.low IS 'Lower end of what would not have been strange at the onset; null where there is none.';
COMMENT ON COLUMN headrace.anomalies.high IS 'Upper end of it.';
COMMENT ON COLUMN headrace.anomalies.peak_value IS 'The strange value that is farthest off.';
COMMENT ON COLUMN headrace.anomalies.peak_at IS 'When the device measured that.';
COMMENT ON COLUMN headrace.anomalies.peak_score IS 'The highest score.';
COMMENT ON COLUMN headrace.anomalies.strange_values IS 'How many values were strange.';
COMMENT ON COLUMN headrace.anomalies.threshold IS 'Score from which the metric was strange then.';
COMMENT ON COLUMN headrace.anomalies.suppressed IS 'MAINTENANCE where it was in one; null where it counts.';
COMMENT ON COLUMN headrace.anomalies.suppressed_by IS 'Which maintenance.';
COMMENT ON COLUMN headrace.anomalies.verdict IS 'ACKNOWLEDGED or FALSE_ALARM; null where nobody has said anything.';
COMMENT ON COLUMN headrace.anomalies.acknowledged_at IS 'When somebody said that.';
COMMENT ON COLUMN headrace.anomalies.acknowledged_by IS 'Who.';
COMMENT ON COLUMN headrace.anomalies.note IS 'What they want others to know.';
