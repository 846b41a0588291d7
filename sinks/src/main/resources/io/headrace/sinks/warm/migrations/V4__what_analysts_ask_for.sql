-- What was applied is in schema_history now.
DROP TABLE IF EXISTS headrace.schema_version;

-- Blocks in the order of time: "all devices, the last hour" reads a few of a partition, and COPY hardly notices.
CREATE INDEX readings_observed_at ON headrace.readings USING brin (observed_at) WITH (autosummarize = on);
CREATE INDEX aggregates_window_start ON headrace.aggregates USING brin (window_start) WITH (autosummarize = on);
CREATE INDEX anomalies_started_at ON headrace.anomalies (started_at);
CREATE INDEX alerts_open ON headrace.alerts (raised_at) WHERE state = 'RAISED';

-- Written once a day for each metric of each device, so that the newest value is one probe of one partition's index.
CREATE TABLE headrace.series (
    device_id text NOT NULL,
    metric    text NOT NULL,
    last_day  date NOT NULL,
    PRIMARY KEY (device_id, metric)
);
INSERT INTO headrace.series
SELECT device_id, metric, max((observed_at AT TIME ZONE 'UTC')::date)
FROM headrace.readings
WHERE observed_at < now() + interval '2 days'
GROUP BY device_id, metric;

CREATE VIEW headrace.latest AS
SELECT s.device_id, s.metric, r.observed_at, r.received_at, r.value, r.text_value
FROM headrace.series s
CROSS JOIN LATERAL (
    SELECT observed_at, received_at, value, text_value
    FROM headrace.readings r
    WHERE r.device_id = s.device_id AND r.metric = s.metric
        AND r.observed_at >= s.last_day::timestamp AT TIME ZONE 'UTC'
        AND r.observed_at < (s.last_day + 1)::timestamp AT TIME ZONE 'UTC'
    ORDER BY r.observed_at DESC
    LIMIT 1
) r;

CREATE VIEW headrace.devices_now AS
SELECT device_id,
    max(observed_at) AS observed_at,
    max(received_at) AS received_at,
    jsonb_object_agg(metric, CASE
        WHEN text_value IS NULL THEN to_jsonb(value)
        WHEN value IS NULL THEN to_jsonb(text_value)
        WHEN text_value IN ('true', 'false') THEN to_jsonb(text_value::boolean)
        ELSE to_jsonb(text_value::numeric)
    END) AS values
FROM headrace.latest
GROUP BY device_id;

CREATE VIEW headrace.minutely AS
SELECT device_id, metric, window_start AS minute, count, min, max, sum, mean, stddev, first, last, p50, p95, p99,
    revision, provisional
FROM headrace.aggregates
WHERE kind = 'TUMBLING' AND window_size = interval '1 minute' AND window_name = '' AND group_by IS NULL;

CREATE VIEW headrace.hourly AS
SELECT device_id, metric, window_start AS hour, count, min, max, sum, mean, stddev, first, last, p50, p95, p99,
    revision, provisional
FROM headrace.aggregates
WHERE kind = 'TUMBLING' AND window_size = interval '1 hour' AND window_name = '' AND group_by IS NULL;

CREATE VIEW headrace.open_alerts AS
SELECT id, device_id, rule_id, severity, raised_at, received_at, message
FROM headrace.alerts
WHERE state = 'RAISED';

COMMENT ON SCHEMA headrace IS 'Telemetry of the last days. Times are with time zone; sizes and grouping of windows are in aggregates.';
COMMENT ON TABLE headrace.series IS 'Each metric of each device that a reading was stored of.';
COMMENT ON VIEW headrace.latest IS 'The newest value of each metric of each device.';
COMMENT ON VIEW headrace.devices_now IS 'Each device with the newest value of each of its metrics.';
COMMENT ON COLUMN headrace.devices_now.observed_at IS 'When the newest of the values was measured.';
COMMENT ON COLUMN headrace.devices_now.received_at IS 'When the gateway received the newest of them.';
COMMENT ON COLUMN headrace.devices_now.values IS 'An object by metric: numbers, booleans and texts.';
COMMENT ON VIEW headrace.minutely IS 'Plain windows of a minute, of single devices, at their highest revision.';
COMMENT ON VIEW headrace.hourly IS 'Plain windows of an hour, of single devices, at their highest revision.';
COMMENT ON VIEW headrace.open_alerts IS 'Alerts that haven''t been cleared.';

COMMENT ON TABLE headrace.readings IS 'One row for each metric of each reading.';
COMMENT ON COLUMN headrace.readings.device_id IS 'Who measured.';
COMMENT ON COLUMN headrace.readings.metric IS 'What was measured.';
COMMENT ON COLUMN headrace.readings.origin_partition IS 'Partition of the raw record in Kafka.';
COMMENT ON COLUMN headrace.readings.origin_index IS 'Which reading of a message that held several.';

COMMENT ON COLUMN headrace.aggregates.device_id IS 'Whose values they are; <tag>/<value> where devices share the window.';
COMMENT ON COLUMN headrace.aggregates.metric IS 'What was measured.';
COMMENT ON COLUMN headrace.aggregates.kind IS 'TUMBLING, HOPPING, SLIDING or SESSION.';
COMMENT ON COLUMN headrace.aggregates.window_start IS 'Of the time that the devices measured; within the window.';
COMMENT ON COLUMN headrace.aggregates.window_end IS 'The first instant after the window.';
COMMENT ON COLUMN headrace.aggregates.revision IS '0 when the window closed; one more each time that late values changed it.';
COMMENT ON COLUMN headrace.aggregates.provisional IS 'True of a result from before the window closed.';
COMMENT ON COLUMN headrace.aggregates.count IS 'Numeric values in the window.';
COMMENT ON COLUMN headrace.aggregates.min IS 'The smallest value.';
COMMENT ON COLUMN headrace.aggregates.max IS 'The largest value.';
COMMENT ON COLUMN headrace.aggregates.sum IS 'Of all values.';
COMMENT ON COLUMN headrace.aggregates.mean IS 'Of all values.';
COMMENT ON COLUMN headrace.aggregates.first IS 'The value that was measured first.';
COMMENT ON COLUMN headrace.aggregates.last IS 'The value that was measured last.';
COMMENT ON COLUMN headrace.aggregates.p50 IS 'The median, within 1 % of the value.';
COMMENT ON COLUMN headrace.aggregates.p95 IS '95th percentile, within 1 % of the value.';
COMMENT ON COLUMN headrace.aggregates.received_at IS 'When the gateway received what the result was last changed by.';
COMMENT ON COLUMN headrace.aggregates.group_value IS 'Value of that tag; null for one device.';
COMMENT ON COLUMN headrace.aggregates.expected_count IS 'How many values there should be; null where nothing is expected.';

COMMENT ON COLUMN headrace.anomalies.device_id IS 'Who measured.';
COMMENT ON COLUMN headrace.anomalies.metric IS 'What was measured.';
COMMENT ON COLUMN headrace.anomalies.started_at IS 'When the device measured the first value of the episode.';
COMMENT ON COLUMN headrace.anomalies.received_at IS 'When the gateway received that value.';
COMMENT ON COLUMN headrace.anomalies.detector IS 'Who found it.';
COMMENT ON COLUMN headrace.anomalies.score IS 'From 0 to 1.';
COMMENT ON COLUMN headrace.anomalies.value IS 'That was measured.';
COMMENT ON COLUMN headrace.anomalies.expected IS 'What the metric''s history led one to expect; null where that isn''t a number.';
COMMENT ON COLUMN headrace.anomalies.reason IS 'In words.';
COMMENT ON COLUMN headrace.anomalies.origin_partition IS 'Partition of the raw record in Kafka.';
COMMENT ON COLUMN headrace.anomalies.origin_offset IS 'With origin_partition and origin_index: the message''s identity from end to end.';
COMMENT ON COLUMN headrace.anomalies.origin_index IS 'Which reading of a message that held several.';

COMMENT ON COLUMN headrace.alerts.id IS 'The same from when it is raised to when it is cleared.';
COMMENT ON COLUMN headrace.alerts.device_id IS 'Whom it is about.';
COMMENT ON COLUMN headrace.alerts.rule_id IS 'The rule that raised it.';
COMMENT ON COLUMN headrace.alerts.severity IS 'As the rule says.';
COMMENT ON COLUMN headrace.alerts.state IS 'RAISED or CLEARED.';
COMMENT ON COLUMN headrace.alerts.raised_at IS 'By the time that the device measured.';
COMMENT ON COLUMN headrace.alerts.cleared_at IS 'By the time that the device measured; null while it is raised.';
COMMENT ON COLUMN headrace.alerts.received_at IS 'When the gateway received what changed its state.';
COMMENT ON COLUMN headrace.alerts.message IS 'In words.';
COMMENT ON COLUMN headrace.alerts.origin_partition IS 'Partition of the raw record in Kafka that raised it.';
COMMENT ON COLUMN headrace.alerts.origin_offset IS 'With origin_partition and origin_index: the message''s identity from end to end.';
COMMENT ON COLUMN headrace.alerts.origin_index IS 'Which reading of a message that held several.';

COMMENT ON COLUMN headrace.series.device_id IS 'Who measures.';
COMMENT ON COLUMN headrace.series.metric IS 'What is measured.';
COMMENT ON COLUMN headrace.series.last_day IS 'The day, in UTC, of the newest reading.';

COMMENT ON COLUMN headrace.sink_offsets.connector IS 'Name of the connector.';
COMMENT ON COLUMN headrace.sink_offsets.topic IS 'Of Kafka.';
COMMENT ON COLUMN headrace.sink_offsets.topic_partition IS 'Of that topic.';
COMMENT ON COLUMN headrace.sink_offsets.next_offset IS 'The first offset that isn''t stored.';
COMMENT ON COLUMN headrace.sink_offsets.updated_at IS 'When it last moved.';
