package io.headrace.streams.backtest;

import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Readings of the past. */
public final class Readings {
    private static long next;

    private Readings() {}

    /** Received when it was observed. */
    public static Reading of(String device, Instant at, Map<String, ?> values) {
        return of(device, at, at, values);
    }

    public static Reading of(String device, Instant observedAt, Instant receivedAt, Map<String, ?> values) {
        return Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(observedAt)
                .setReceivedAt(receivedAt)
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, next++, 0))
                .setValues(new HashMap<>(values))
                .build();
    }
}
