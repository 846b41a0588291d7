package io.headrace.sinks.warm;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Reason;
import io.headrace.catalogue.TierMark;
import io.headrace.sinks.refused.RefusedRecordException;
import io.headrace.sinks.warm.WarmRow.AggregateRow;
import io.headrace.sinks.warm.WarmRow.AlertRow;
import io.headrace.sinks.warm.WarmRow.Handling;
import io.headrace.sinks.warm.WarmRow.Origin;
import io.headrace.sinks.warm.WarmRow.ReadingRow;
import io.headrace.sinks.warm.WarmRow.WindowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows out of a record. The name of its schema says what it is, not its topic, so that a routed topic of readings
 * is stored like any other. Works with our Avro converter and with Confluent's.
 *
 * <p>A number is a {@code value}. A boolean is a {@code value} of 1 or 0 with {@code true} or {@code false} as
 * {@code text_value}. Text is a {@code text_value} alone. A whole number that a double can't hold exactly has its
 * digits as {@code text_value} too.
 */
final class RowReader {
    /** 4713-11-24 BC, PostgreSQL's first instant; its last is beyond what microseconds in 64 bits reach. */
    private static final long EARLIEST = -210_866_803_200_000_000L;

    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long EXACT_IN_DOUBLE = 1L << 53;
    private static final List<String> NUMBERS =
            List.of("min", "max", "sum", "mean", "stddev", "first", "last", "p50", "p95", "p99");
    private static final List<String> EXTRAS =
            List.of("increase", "rate", "expected_count", "missing_ratio", "uptime_ratio");

    private RowReader() {}

    /**
     * Rows of one record; none for one without a value.
     *
     * @throws RefusedRecordException where it is no record of ours, or holds what no row can
     */
    static List<WarmRow> rows(SinkRecord source) {
        if (source.value() == null) {
            return List.of();
        }
        if (!(source.value() instanceof Struct record) || record.schema().name() == null) {
            throw new RefusedRecordException(Reason.UNEXPECTED_SHAPE, "not a record with a named schema");
        }
        try {
            return switch (record.schema().name()) {
                case "io.headrace.record.Reading" -> readings(record, keepDays(source));
                case "io.headrace.record.WindowAggregate" -> List.of(aggregate(record));
                case "io.headrace.record.Anomaly" -> List.of(AnomalyTable.row(record));
                case "io.headrace.record.Alert" -> List.of(alert(record));
                case "io.headrace.record.Prediction" -> List.of(PredictionTable.row(record));
                default ->
                    throw new RefusedRecordException(
                            Reason.UNEXPECTED_SHAPE, record.schema().name() + " is stored nowhere");
            };
        } catch (RefusedRecordException e) {
            throw e;
        } catch (DataException | ClassCastException | NullPointerException e) {
            throw new RefusedRecordException(
                    Reason.UNEXPECTED_SHAPE, record.schema().name() + " isn't as we know it: " + e.getMessage());
        }
    }

    /** For how long the route has the reading kept; 0 for as long as the tier keeps any. */
    private static int keepDays(SinkRecord source) {
        Header mark = source.headers().lastWithName(Headers.TIER_WARM);
        return mark == null ? 0 : TierMark.keep(String.valueOf(mark.value()), 'd');
    }

    private static List<WarmRow> readings(Struct record, int keepDays) {
        String device = text(record, "device_id");
        long observedAt = time(record, "observed_at");
        long receivedAt = time(record, "received_at");
        Origin origin = origin(record);
        long expiresOn = keepDays == 0 ? -1 : Math.max(0, Math.floorDiv(observedAt, MICROS_PER_DAY) + keepDays + 1);
        Map<String, @Nullable Object> values = record.getMap("values");
        List<WarmRow> rows = new ArrayList<>(values.size());
        values.forEach((metric, union) -> {
            Object value = branch(union);
            rows.add(new ReadingRow(
                    device,
                    storable("metric", metric),
                    observedAt,
                    receivedAt,
                    number(value),
                    text(metric, value),
                    origin,
                    expiresOn));
        });
        return rows;
    }

    private static @Nullable Object branch(@Nullable Object union) {
        if (!(union instanceof Struct struct)) {
            return union;
        }
        for (Field field : struct.schema().fields()) {
            Object value = struct.get(field);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static @Nullable Double number(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag ? 1.0 : 0.0;
        }
        return value instanceof Number number ? number.doubleValue() : null;
    }

    private static @Nullable String text(String metric, @Nullable Object value) {
        if (value instanceof String text) {
            return storable(metric, text);
        }
        if (value instanceof Boolean flag) {
            return flag.toString();
        }
        if (value instanceof Long whole && (whole > EXACT_IN_DOUBLE || whole < -EXACT_IN_DOUBLE)) {
            return whole.toString();
        }
        return null;
    }

    private static AggregateRow aggregate(Struct record) {
        List<Double> numbers = NUMBERS.stream().map(record::getFloat64).toList();
        List<@Nullable Double> extras = new ArrayList<>(EXTRAS.size());
        EXTRAS.forEach(extra -> extras.add((Double) find(record, extra)));
        return new AggregateRow(
                windowKey(record),
                time(record, "end"),
                record.getInt32("revision"),
                record.getBoolean("provisional"),
                record.getInt64("count"),
                numbers,
                time(record, "received_at"),
                extras,
                Boolean.TRUE.equals(find(record, "retracted")));
    }

    private static WindowKey windowKey(Struct record) {
        long start = time(record, "start");
        Long sizeMs = (Long) find(record, "size_ms");
        return new WindowKey(
                text(record, "device_id"),
                text(record, "metric"),
                text(record, "kind"),
                sizeMs == null || sizeMs == 0 ? time(record, "end") - start : sizeMs * 1_000,
                start,
                Objects.requireNonNullElse(findText(record, "window"), ""),
                findText(record, "group_by"),
                findText(record, "group"));
    }

    /** Null where the record is from before there was such a field. */
    private static @Nullable Object find(Struct record, String field) {
        return record.schema().field(field) == null ? null : record.get(field);
    }

    private static @Nullable String findText(Struct record, String field) {
        Object text = find(record, field);
        return text == null ? null : storable(field, (String) text);
    }

    private static AlertRow alert(Struct record) {
        Long clearedAt = record.getInt64("cleared_at");
        return new AlertRow(
                text(record, "id"),
                text(record, "device_id"),
                text(record, "rule_id"),
                text(record, "severity"),
                text(record, "state"),
                time(record, "raised_at"),
                clearedAt == null ? null : storable("cleared_at", clearedAt),
                time(record, "received_at"),
                text(record, "message"),
                origin(record),
                handling(record));
    }

    private static Handling handling(Struct record) {
        Long acknowledgedAt = (Long) find(record, "acknowledged_at");
        return new Handling(
                findText(record, "part_of"),
                count(record, "member_count"),
                count(record, "escalation_level"),
                acknowledgedAt == null ? null : storable("acknowledged_at", acknowledgedAt),
                findText(record, "acknowledged_by"));
    }

    private static int count(Struct record, String field) {
        Object count = find(record, field);
        return count == null ? 0 : (Integer) count;
    }

    private static Origin origin(Struct record) {
        Struct origin = record.getStruct("origin");
        return new Origin(origin.getInt32("partition"), origin.getInt64("offset"), origin.getInt32("index"));
    }

    private static String text(Struct record, String field) {
        return storable(field, record.getString(field));
    }

    static String storable(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new RefusedRecordException(
                    Reason.REJECTED_BY_TARGET,
                    name.replace('\0', '?') + " holds a NUL character, which PostgreSQL can't store");
        }
        return text;
    }

    private static long time(Struct record, String field) {
        return storable(field, record.getInt64(field));
    }

    static long storable(String name, long micros) {
        if (micros < EARLIEST) {
            throw new RefusedRecordException(
                    Reason.MALFORMED_TIME, name + " is before 4713 BC, which PostgreSQL can't store");
        }
        return micros;
    }
}
