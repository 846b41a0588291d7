package io.headrace.gateway.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What is measured of the way to Kafka. */
final class IngestMeters {
    /** At full speed one latency in so many is recorded: recording is dearer than all else about an answer. */
    private static final int SAMPLE = 16;
    /** While messages come slower than this, all are. */
    private static final long ALWAYS_AFTER_NANOS = 100_000;

    final Counter accepted;
    private final Timer ackLatency;
    /** Of {@code nanoTime}. Where threads race, one latency more or less is recorded. */
    private long lastRecorded = System.nanoTime();

    private final Map<NotStoredException.Cause, Counter> refused = new EnumMap<>(NotStoredException.Cause.class);

    IngestMeters(MeterRegistry meters, Supplier<Number> bytesInFlight) {
        accepted = Counter.builder("headrace.ingest.accepted")
                .description("messages that Kafka has and the device was told so")
                .register(meters);
        ackLatency = Timer.builder("headrace.ingest.ack.latency")
                .description("from handing a message to Kafka to its answer; of a sample while there are many")
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

    /**
     * Kafka has a message.
     *
     * @param number counts messages
     * @param now of {@code nanoTime}
     * @param nanos since it was handed over
     */
    void answered(long number, long now, long nanos) {
        if (number % SAMPLE == 0 || now - lastRecorded > ALWAYS_AFTER_NANOS) {
            lastRecorded = now;
            ackLatency.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    void refused(NotStoredException.Cause cause) {
        Counter counter = refused.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }
}
