CREATE TABLE headrace.readings (
    device_id        text             NOT NULL,
    metric           text             NOT NULL,
    observed_at      timestamptz      NOT NULL,
    received_at      timestamptz      NOT NULL,
    value            double precision,
    text_value       text,
    origin_partition integer          NOT NULL,
    origin_offset    bigint           NOT NULL,
    origin_index     integer          NOT NULL
) PARTITION BY RANGE (observed_at);
COMMENT ON TABLE headrace.readings IS 'One row for each metric of each reading.';
COMMENT ON COLUMN headrace.readings.observed_at IS 'When the device measured.';
COMMENT ON COLUMN headrace.readings.received_at IS 'When the gateway received the message.';
COMMENT ON COLUMN headrace.readings.value IS 'A number; 1 or 0 for a boolean; null for text.';
COMMENT ON COLUMN headrace.readings.text_value IS 'Text; true or false for a boolean; the digits of a whole number that a double can''t hold.';
COMMENT ON COLUMN headrace.readings.origin_offset IS 'With origin_partition and origin_index: the message''s identity from end to end.';
CREATE INDEX readings_device_metric_time ON headrace.readings (device_id, metric, observed_at);

-- Times that no partition is made for: before 2000, or ahead of the clock.
CREATE TABLE headrace.readings_elsewhen PARTITION OF headrace.readings DEFAULT;

CREATE TABLE headrace.aggregates (
    device_id    text             NOT NULL,
    metric       text             NOT NULL,
    kind         text             NOT NULL,
    window_size  interval         NOT NULL,
    window_start timestamptz      NOT NULL,
    window_end   timestamptz      NOT NULL,
    revision     integer          NOT NULL,
    provisional  boolean          NOT NULL,
    count        bigint           NOT NULL,
    min          double precision NOT NULL,
    max          double precision NOT NULL,
    sum          double precision NOT NULL,
    mean         double precision NOT NULL,
    stddev       double precision NOT NULL,
    first        double precision NOT NULL,
    last         double precision NOT NULL,
    p50          double precision NOT NULL,
    p95          double precision NOT NULL,
    p99          double precision NOT NULL,
    received_at  timestamptz      NOT NULL,
    PRIMARY KEY (device_id, metric, kind, window_size, window_start)
);
COMMENT ON TABLE headrace.aggregates IS 'Each window of each metric at its highest revision.';
COMMENT ON COLUMN headrace.aggregates.stddev IS 'Of the population.';
COMMENT ON COLUMN headrace.aggregates.p99 IS 'Percentiles are within 1 % of the value.';

CREATE TABLE headrace.anomalies (
    device_id        text             NOT NULL,
    metric           text             NOT NULL,
    started_at       timestamptz      NOT NULL,
    received_at      timestamptz      NOT NULL,
    detector         text             NOT NULL,
    score            double precision NOT NULL,
    value            double precision NOT NULL,
    expected         double precision,
    reason           text             NOT NULL,
    origin_partition integer          NOT NULL,
    origin_offset    bigint           NOT NULL,
    origin_index     integer          NOT NULL,
    PRIMARY KEY (device_id, metric, detector, started_at, origin_partition, origin_offset, origin_index)
);
COMMENT ON TABLE headrace.anomalies IS 'The onset of each episode that a metric''s own history did not lead one to expect.';

CREATE TABLE headrace.alerts (
    id               text        PRIMARY KEY,
    device_id        text        NOT NULL,
    rule_id          text        NOT NULL,
    severity         text        NOT NULL,
    state            text        NOT NULL,
    raised_at        timestamptz NOT NULL,
    cleared_at       timestamptz,
    received_at      timestamptz NOT NULL,
    message          text        NOT NULL,
    origin_partition integer     NOT NULL,
    origin_offset    bigint      NOT NULL,
    origin_index     integer     NOT NULL
);
COMMENT ON TABLE headrace.alerts IS 'Each alert in its newest state.';
CREATE INDEX alerts_device_raised ON headrace.alerts (device_id, raised_at);

CREATE TABLE headrace.sink_offsets (
    connector       text        NOT NULL,
    topic           text        NOT NULL,
    topic_partition integer     NOT NULL,
    next_offset     bigint      NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (connector, topic, topic_partition)
);
COMMENT ON TABLE headrace.sink_offsets IS 'Up to where each partition is stored: written with the rows, in one transaction.';
