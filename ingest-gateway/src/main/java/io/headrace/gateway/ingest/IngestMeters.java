package io.headrace.gateway.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** What is measured of the way to Kafka. */
final class IngestMeters {
    final Counter accepted;
    final Timer ackLatency;
    private final Map<NotStoredException.Cause, Counter> refused = new EnumMap<>(NotStoredException.Cause.class);

    IngestMeters(MeterRegistry meters, Supplier<Number> bytesInFlight) {
        accepted = Counter.builder("headrace.ingest.accepted")
                .description("messages that Kafka has and the device was told so")
                .register(meters);
        ackLatency = Timer.builder("headrace.ingest.ack.latency")
                .description("from handing a message to Kafka to its answer")
                .publishPercentileHistogram()
                .register(meters);
        for (NotStoredException.Cause cause : NotStoredException.Cause.values()) {
            refused.put(
                    cause,
                    Counter.builder("headrace.ingest.refused")
                            .description("messages that weren't acknowledged")
                            .tag("reason", cause.name())
                            .register(meters));
        }
        Gauge.builder("headrace.ingest.in.flight.bytes", bytesInFlight)
                .description("messages between arrival and Kafka's answer")
                .baseUnit("bytes")
                .register(meters);
    }

    void refused(NotStoredException.Cause cause) {
        Counter counter = refused.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }
}
