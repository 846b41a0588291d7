-- TimescaleDB makes no hypertable of a table that is partitioned already. Where the extension is there and no reading is
-- stored yet, readings become a plain table, of which the sink makes a hypertable.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')
            AND NOT EXISTS (SELECT FROM headrace.readings) THEN
        CREATE TABLE headrace.readings_plain (LIKE headrace.readings INCLUDING ALL);
        DROP TABLE headrace.readings;
        ALTER TABLE headrace.readings_plain RENAME TO readings;
    END IF;
END
$$;
