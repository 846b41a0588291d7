-- What was predicted of devices. What remains is null from where a model no longer judges a device; the upper bound also
-- where it is beyond the model's limit.
CREATE TABLE headrace.predictions (
    device_id text NOT NULL,
    model text NOT NULL,
    version bigint NOT NULL,
    predicted_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    remaining_hours double precision,
    low_hours double precision,
    high_hours double precision,
    health double precision,
    reason text NOT NULL,
    origin_partition integer NOT NULL,
    origin_offset bigint NOT NULL,
    origin_index integer NOT NULL,
    PRIMARY KEY (device_id, model, predicted_at)
);

CREATE INDEX predictions_predicted_at ON headrace.predictions (predicted_at);

CREATE VIEW headrace.remaining_life AS
SELECT newest.*, newest.predicted_at + newest.remaining_hours * interval '1 hour' AS ends_at
FROM (
    SELECT DISTINCT ON (device_id, model) * FROM headrace.predictions ORDER BY device_id, model, predicted_at DESC
) newest
WHERE newest.remaining_hours IS NOT NULL;

COMMENT ON TABLE headrace.predictions IS 'What models told of devices: how much of their lives is likely to be left.';
COMMENT ON COLUMN headrace.predictions.device_id IS 'Id of the device.';
COMMENT ON COLUMN headrace.predictions.model IS 'Name of the model.';
COMMENT ON COLUMN headrace.predictions.version IS 'Of the model.';
COMMENT ON COLUMN headrace.predictions.predicted_at IS 'From when what remains is counted, by the device''s time.';
COMMENT ON COLUMN headrace.predictions.received_at IS 'When the gateway received the reading that it was told with.';
COMMENT ON COLUMN headrace.predictions.remaining_hours IS 'What is likely to be left; at the model''s limit that or more. Null from where the model no longer judges the device.';
COMMENT ON COLUMN headrace.predictions.low_hours IS 'One in twenty has less.';
COMMENT ON COLUMN headrace.predictions.high_hours IS 'One in twenty has more; null where that is beyond the model''s limit.';
COMMENT ON COLUMN headrace.predictions.health IS 'From 1, where no wear shows, to 0.';
COMMENT ON COLUMN headrace.predictions.reason IS 'In words.';
COMMENT ON COLUMN headrace.predictions.origin_partition IS 'Where its message stands in telemetry.raw.';
COMMENT ON COLUMN headrace.predictions.origin_offset IS 'As origin_partition.';
COMMENT ON COLUMN headrace.predictions.origin_index IS 'Which reading of the message.';
COMMENT ON VIEW headrace.remaining_life IS 'Of each device and model what was told last, with when the device would fail.';
