package io.headrace.sinks.warm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row of one table. Times are microseconds since 1970-01-01T00:00:00Z. */
sealed interface WarmRow {

    /**
     * One metric of one reading.
     *
     * @param value null where the device sent text
     * @param textValue null where {@code value} says it all: a number that a double holds
     */
    record ReadingRow(
            String deviceId,
            String metric,
            long observedAt,
            long receivedAt,
            @Nullable Double value,
            @Nullable String textValue,
            Origin origin,
            long expiresOn)
            implements WarmRow {
        private static final long MICROS_PER_DAY = 86_400_000_000L;

        /** The day that it was measured on, in UTC, counted from 1970. */
        long epochDay() {
            return Math.floorDiv(observedAt, MICROS_PER_DAY);
        }

        void writeTo(CopyBuffer out) {
            out.row(10)
                    .text(deviceId)
                    .text(metric)
                    .time(observedAt)
                    .time(receivedAt)
                    .number(value)
                    .text(textValue)
                    .int4(origin.partition)
                    .int8(origin.offset)
                    .int4(origin.index)
                    .date(expiresOn);
        }
    }

    /**
     * One window of one metric at one revision.
     *
     * @param numbers min, max, sum, mean, stddev, first, last, p50, p95, p99
     * @param extras increase, rate, expected_count, missing_ratio, uptime_ratio; null for what there isn't
     */
    record AggregateRow(
            WindowKey key,
            long windowEnd,
            int revision,
            boolean provisional,
            long count,
            List<Double> numbers,
            long receivedAt,
            List<@Nullable Double> extras,
            boolean retracted)
            implements WarmRow {

        void writeTo(CopyBuffer out) {
            out.row(29)
                    .text(key.deviceId)
                    .text(key.metric)
                    .text(key.kind)
                    .interval(key.size)
                    .time(key.start)
                    .time(windowEnd)
                    .int4(revision)
                    .bool(provisional)
                    .int8(count);
            for (double number : numbers) {
                out.number(number);
            }
            out.time(receivedAt).text(key.name).text(key.groupBy).text(key.group);
            for (Double extra : extras) {
                out.number(extra);
            }
            out.bool(retracted);
        }
    }

    /**
     * Which window it is.
     *
     * @param size nominal, microseconds
     * @param name empty where it has none
     * @param groupBy null where it is of one device
     */
    record WindowKey(
            String deviceId,
            String metric,
            String kind,
            long size,
            long start,
            String name,
            @Nullable String groupBy,
            @Nullable String group) {}

    /**
     * One state of one anomaly.
     *
     * @param cells in the order of {@link AnomalyTable}'s columns
     */
    record AnomalyRow(List<@Nullable Object> cells) implements WarmRow {}

    /**
     * What was predicted of a device.
     *
     * @param cells in the order of its table's columns
     */
    record PredictionRow(List<@Nullable Object> cells) implements WarmRow {}

    /** The newest state of one alert. */
    record AlertRow(
            String id,
            String deviceId,
            String ruleId,
            String severity,
            String state,
            long raisedAt,
            @Nullable Long clearedAt,
            long receivedAt,
            String message,
            Origin origin,
            Handling handling)
            implements WarmRow {}

    /**
     * How people come to know of an alert, and what they did.
     *
     * @param partOf id of the group's alert that tells of it; null where it stands for itself
     * @param memberCount how many it tells of
     * @param acknowledgedAt epoch microseconds; null where nobody has acknowledged it
     */
    record Handling(
            @Nullable String partOf,
            int memberCount,
            int escalationLevel,
            @Nullable Long acknowledgedAt,
            @Nullable String acknowledgedBy) {}

    /** Where the raw record of a message stands, and which of its readings this is. */
    record Origin(int partition, long offset, int index) {}
}
