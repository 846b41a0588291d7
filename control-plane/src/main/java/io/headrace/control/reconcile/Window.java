package io.headrace.control.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** One window of one metric of one device; times in microseconds of the epoch. */
public record Window(String device, String metric, long startMicros, long sizeMicros) {
    String describe() {
        Instant start = Instant.EPOCH.plus(startMicros, ChronoUnit.MICROS);
        return device + " " + metric + " " + Duration.of(sizeMicros, ChronoUnit.MICROS) + " from " + start;
    }
}
