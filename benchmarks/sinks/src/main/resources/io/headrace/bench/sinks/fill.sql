-- What a thousand devices with four metrics measure once a minute: rows of a minute in the order of the index, as the sink has
-- them. A day is filled before its table is attached, as the sink does with a day that it has readings of already; so its
-- indexes are built at once, and denser than they grow.
CREATE TABLE public.bench_series AS
SELECT 'device-' || lpad(device::text, 5, '0') AS device_id, metric, device, ordinal
FROM generate_series(0, 999) AS device,
    unnest(ARRAY ['humidity', 'pressure', 'temperature', 'vibration']) WITH ORDINALITY AS metrics (metric, ordinal)
ORDER BY 1, 2;

CREATE PROCEDURE public.bench_minutes(target text, from_time timestamptz, to_time timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    minute timestamptz := from_time;
BEGIN
    WHILE minute < to_time LOOP
        EXECUTE 'INSERT INTO ' || target || ' (device_id, metric, observed_at, received_at, value,
                origin_partition, origin_offset, origin_index)
            SELECT device_id, metric, $1 + device * interval ''50 ms'', $1 + device * interval ''50 ms'' + interval ''40 ms'',
                20 + ordinal * 20 + (device * 7919 + $2 * 104729) % 99991 / 10000.0, device % 4, $2 * 1000 + device, 0
            FROM public.bench_series'
        USING minute, (extract(epoch FROM minute) / 60)::bigint;
        minute := minute + interval '1 minute';
    END LOOP;
END
$$;

CREATE PROCEDURE public.bench_day(day date) LANGUAGE plpgsql AS $$
DECLARE
    target text := 'headrace.readings_' || to_char(day, 'YYYY_MM_DD');
    midnight timestamptz := day::timestamp AT TIME ZONE 'UTC';
BEGIN
    EXECUTE 'CREATE TABLE ' || target || ' (LIKE headrace.readings INCLUDING ALL EXCLUDING INDEXES EXCLUDING COMMENTS)';
    CALL public.bench_minutes(target, midnight, midnight + interval '1 day');
    EXECUTE format('ALTER TABLE headrace.readings ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
        target, midnight, midnight + interval '1 day');
    EXECUTE 'ANALYZE ' || target;
END
$$;

-- The windows of an hour of the last week, as the processors would have counted them.
CREATE PROCEDURE public.bench_hours() LANGUAGE sql AS $$
    INSERT INTO headrace.aggregates (device_id, metric, kind, window_size, window_start, window_end, revision, provisional,
        count, min, max, sum, mean, stddev, first, last, p50, p95, p99, received_at)
    SELECT device_id, metric, 'TUMBLING', interval '1 hour', hour, hour + interval '1 hour', 0, false,
        60, v, v + 10, 60 * (v + 5), v + 5, 2, v, v + 1, v + 5, v + 9, v + 10, hour + interval '1 hour'
    FROM public.bench_series,
        generate_series(date_trunc('hour', now()) - interval '7 days', date_trunc('hour', now()), interval '1 hour') AS hour,
        LATERAL (SELECT 20 + ordinal * 20 + device % 17 AS v) each
$$;
