-- A route may have its readings kept for less than the tier keeps any. Null for all others, which costs nothing.
ALTER TABLE headrace.readings ADD COLUMN expires_on date;
CREATE INDEX readings_expires_on ON headrace.readings (expires_on) WHERE expires_on IS NOT NULL;
COMMENT ON COLUMN headrace.readings.expires_on IS 'The day, in UTC, on which it is deleted, where its route keeps it for less than the tier does; null where not.';
