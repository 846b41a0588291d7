-- Texts of this index are compared byte by byte, not by the database's collation, which takes PostgreSQL a tenth less for each
-- row; equality, IN and LIKE 'pump-%' find it. It is built while others read; for 100 million rows that takes a minute or two,
-- in which nothing is stored.
CREATE INDEX readings_series_time
    ON headrace.readings (device_id text_pattern_ops, metric text_pattern_ops, observed_at);
-- the second where TimescaleDB was there before the tables (V3)
DROP INDEX IF EXISTS headrace.readings_device_metric_time, headrace.readings_plain_device_id_metric_observed_at_idx;
