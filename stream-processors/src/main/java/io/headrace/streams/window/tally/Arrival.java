package io.headrace.streams.window.tally;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.window.measure.Provenance;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A reading as windows see it.
 *
 * @param numbers how many values of it they count, see {@link #isNumber}
 * @param observedAt epoch microseconds
 */
public record Arrival(Record<String, Reading> record, int numbers, long observedAt, Provenance from) {
    public static Arrival of(Record<String, Reading> record) {
        Reading reading = record.value();
        // of a replayed message the time of the replay, so that retention spares its window
        long arrivedAt = Math.max(micros(reading.getReceivedAt()), record.timestamp() * 1_000);
        Provenance from = Provenance.of(arrivedAt, origin(record));
        return new Arrival(record, numbers(reading), micros(reading.getObservedAt()), from);
    }

    /** Those that they don't count among them. */
    Map<String, Object> values() {
        return record.value().getValues();
    }

    private static int numbers(Reading reading) {
        int numbers = 0;
        for (Object value : reading.getValues().values()) {
            numbers += isNumber(value) ? 1 : 0;
        }
        return numbers;
    }

    /** Whether windows count a value: finite doubles, and longs, above 2^53 rounded to the nearest double. */
    public static boolean isNumber(Object value) {
        return value instanceof Number number && Double.isFinite(number.doubleValue());
    }

    private static String origin(Record<String, Reading> record) {
        return Headers.find(record.headers(), Headers.ORIGIN).orElseGet(() -> {
            Origin origin = record.value().getOrigin();
            return origin.getIndex() == 0 ? OriginHeader.ofMessage(origin) : OriginHeader.ofElement(origin);
        });
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
