package io.headrace.sinks.cold;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Reason;
import io.headrace.catalogue.TierMark;
import io.headrace.sinks.plugin.PluginVersion;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * A transform that makes of a reading the flat row of {@link ColdTable}: a map of column names to values, times as
 * {@link OffsetDateTime} so that their microseconds stay. Numbers, and booleans as 1 and 0, are in {@code numbers}; text,
 * and booleans as {@code true} and {@code false}, in {@code texts}; a whole number that a double can't hold has its digits
 * in {@code texts} too.
 *
 * <p>Whatever isn't a reading is a {@link DataException}, so that the worker sends it to the dead letters: Iceberg's
 * connector itself would fail on it.
 */
public final class FlattenReading<R extends ConnectRecord<R>> implements Transformation<R>, Versioned {
    private static final long EXACT_IN_DOUBLE = 1L << 53;

    @Override
    public R apply(R record) {
        if (!(record.value() instanceof Struct reading)) {
            throw refused("not a record with a schema", null);
        }
        Map<String, @Nullable Object> row;
        try {
            row = row(reading);
            row.put("expires_on", expiresOn(record, reading));
        } catch (DataException | ClassCastException | NullPointerException e) {
            throw refused(reading.schema().name() + " isn't a reading as we know it: " + e.getMessage(), e);
        }
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                null,
                row,
                record.timestamp(),
                record.headers());
    }

    /** The day on which the row is deleted, where its route keeps it for so many years; null for never. */
    private static @Nullable LocalDate expiresOn(ConnectRecord<?> record, Struct reading) {
        Header mark = record.headers().lastWithName(Headers.TIER_COLD);
        int years = mark == null ? 0 : TierMark.keep(String.valueOf(mark.value()), 'y');
        return years == 0
                ? null
                : time(there(reading.getInt64("received_at")))
                        .toLocalDate()
                        .plusYears(years)
                        .plusDays(1);
    }

    private static Map<String, @Nullable Object> row(Struct reading) {
        Struct origin = reading.getStruct("origin");
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("device_id", there(reading.getString("device_id")));
        row.put("observed_at", time(there(reading.getInt64("observed_at"))));
        row.put("received_at", time(there(reading.getInt64("received_at"))));
        row.put("clock", there(reading.getString("clock")));
        Long deviceTime = reading.getInt64("device_time");
        row.put("device_time", deviceTime == null ? null : time(deviceTime));
        row.put("origin_partition", there(origin.getInt32("partition")));
        row.put("origin_offset", there(origin.getInt64("offset")));
        row.put("origin_index", there(origin.getInt32("index")));
        row.put("channel", reading.getString("channel"));
        row.put("message_id", reading.getString("message_id"));
        row.put("sequence", reading.getInt64("sequence"));
        row.put("tags", new HashMap<>(reading.<String, String>getMap("tags")));
        putValues(reading.getMap("values"), row);
        return row;
    }

    private static void putValues(Map<String, @Nullable Object> values, Map<String, @Nullable Object> row) {
        Map<String, Double> numbers = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        values.forEach((metric, union) -> {
            Object value = branch(union);
            if (value instanceof Number number) {
                numbers.put(metric, number.doubleValue());
            }
            if (value instanceof Long whole && (whole > EXACT_IN_DOUBLE || whole < -EXACT_IN_DOUBLE)) {
                texts.put(metric, whole.toString());
            } else if (value instanceof String text) {
                texts.put(metric, text);
            } else if (value instanceof Boolean flag) {
                numbers.put(metric, flag ? 1.0 : 0.0);
                texts.put(metric, flag.toString());
            }
        });
        row.put("numbers", numbers);
        row.put("texts", texts);
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

    private static OffsetDateTime time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static <T> T there(@Nullable T value) {
        if (value == null) {
            throw new DataException("a field is missing");
        }
        return value;
    }

    private static DataException refused(String detail, @Nullable RuntimeException why) {
        return new DataException(Reason.UNEXPECTED_SHAPE + ": " + detail, why);
    }

    @Override
    public String version() {
        return PluginVersion.of(FlattenReading.class);
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public void configure(Map<String, ?> configs) {
        // nothing to set
    }

    @Override
    public void close() {
        // nothing is held
    }
}
