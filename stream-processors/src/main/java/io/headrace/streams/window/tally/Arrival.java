package io.headrace.streams.window.tally;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.window.measure.Provenance;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A reading as windows see it.
 *
 * @param numbers what they count: finite doubles, and longs, above 2^53 rounded to the nearest double
 * @param observedAt epoch microseconds
 */
public record Arrival(Record<String, Reading> record, Map<String, Double> numbers, long observedAt, Provenance from) {
    public static Arrival of(Record<String, Reading> record) {
        Reading reading = record.value();
        // of a replayed message the time of the replay, so that retention spares its window
        long arrivedAt = Math.max(micros(reading.getReceivedAt()), record.timestamp() * 1_000);
        Provenance from = new Provenance(arrivedAt, origin(record));
        return new Arrival(record, numbers(reading), micros(reading.getObservedAt()), from);
    }

    private static Map<String, Double> numbers(Reading reading) {
        Map<String, Double> numbers = HashMap.newHashMap(reading.getValues().size());
        reading.getValues().forEach((metric, value) -> {
            if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
                numbers.put(metric, number.doubleValue());
            }
        });
        return numbers;
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
