package io.headrace.streams.window;

import io.headrace.catalogue.Headers;
import io.headrace.record.Reading;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.tally.Arrival;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** Writes what goes to {@code telemetry.late}: the numeric values of a reading, and which windows they missed. */
final class LateReadings {
    private LateReadings() {}

    /** @param lateness microseconds */
    static Record<String, Reading> of(Arrival arrival, List<WindowSpec> missed, long lateness) {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, arrival.from().origin());
        Headers.set(headers, Headers.LATENESS_MS, Long.toString(lateness / 1_000));
        Predicate<WindowSpec> isPlain = spec -> spec.name().isEmpty();
        name(
                headers,
                Headers.LATE_SIZES,
                missed,
                isPlain,
                spec -> Long.toString(spec.shape().sizeMs()));
        name(headers, Headers.LATE_WINDOWS, missed, isPlain.negate(), WindowSpec::name);
        Reading late = numeric(arrival);
        return new Record<>(late.getDeviceId(), late, arrival.record().timestamp(), headers);
    }

    private static void name(
            RecordHeaders headers,
            String header,
            List<WindowSpec> missed,
            Predicate<WindowSpec> which,
            Function<WindowSpec, String> name) {
        String names = missed.stream().filter(which).map(name).collect(Collectors.joining(","));
        if (!names.isEmpty()) {
            Headers.set(headers, header, names);
        }
    }

    /** The same reading with some of its values. */
    private static Reading numeric(Arrival arrival) {
        Reading reading = arrival.record().value();
        Map<String, Object> values = new HashMap<>(reading.getValues());
        values.values().removeIf(value -> !Arrival.isNumber(value));
        return new Reading(
                reading.getDeviceId(),
                reading.getObservedAt(),
                reading.getReceivedAt(),
                reading.getClock(),
                reading.getDeviceTime(),
                reading.getOrigin(),
                reading.getChannel(),
                reading.getMessageId(),
                reading.getSequence(),
                values,
                reading.getTags());
    }
}
