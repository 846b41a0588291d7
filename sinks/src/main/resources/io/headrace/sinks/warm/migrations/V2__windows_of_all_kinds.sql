ALTER TABLE headrace.aggregates
    ADD COLUMN window_name    text NOT NULL DEFAULT '',
    ADD COLUMN group_by       text,
    ADD COLUMN group_value    text,
    ADD COLUMN increase       double precision,
    ADD COLUMN rate           double precision,
    ADD COLUMN expected_count double precision,
    ADD COLUMN missing_ratio  double precision,
    ADD COLUMN uptime_ratio   double precision,
    DROP CONSTRAINT aggregates_pkey,
    ADD PRIMARY KEY (device_id, metric, kind, window_size, window_start, window_name);
COMMENT ON COLUMN headrace.aggregates.window_name IS 'Name of the configured window; empty for the plain tumbling sizes.';
COMMENT ON COLUMN headrace.aggregates.window_size IS 'Nominal: of a session its gap, of a calendar window 1 hour, 1, 7 or 30 days.';
COMMENT ON COLUMN headrace.aggregates.group_by IS 'The tag whose value the devices share, where device_id is group_by/group_value; null for one device.';
COMMENT ON COLUMN headrace.aggregates.increase IS 'Of a counter: its rise, resets reckoned with.';
COMMENT ON COLUMN headrace.aggregates.rate IS 'Of a counter: increase per second.';
COMMENT ON COLUMN headrace.aggregates.missing_ratio IS '0 where all expected values are there.';
COMMENT ON COLUMN headrace.aggregates.uptime_ratio IS 'Share of the window within one expected interval of a value.';
