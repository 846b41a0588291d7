package io.headrace.gateway.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What is measured of the way to Kafka. */
final class IngestMeters {
    /** At full speed one answer in so many is timed: reading the clock is dearer than most else about a message. */
    private static final int SAMPLE = 16;

    /** Written by the producer's thread alone, of which there is one: a shared counter would cost as much as the rest of an answer. */
    private final CounterApart accepted = new CounterApart();

    private final Timer ackLatency;
    /** Epoch milliseconds. Where threads race, one answer more or less is timed. */
    private long lastTimed;

    private final Map<NotStoredException.Cause, Counter> refused = new EnumMap<>(NotStoredException.Cause.class);

    IngestMeters(MeterRegistry meters, Supplier<Number> bytesInFlight) {
        FunctionCounter.builder("headrace.ingest.accepted", accepted, CounterApart::get)
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
     * Whether a message's answer is to be timed: the first of each millisecond's is, so that all are while they are few.
     *
     * @param number counts messages
     * @param receivedAt epoch milliseconds
     */
    boolean times(long number, long receivedAt) {
        boolean isFirst = receivedAt != lastTimed;
        if (isFirst) {
            lastTimed = receivedAt;
        }
        return isFirst || number % SAMPLE == 0;
    }

    /** A message is stored. On the producer's thread. */
    void accepted() {
        accepted.addAlone(1);
    }

    /** @param nanos from handing a message over to Kafka's answer */
    void answered(long nanos) {
        ackLatency.record(nanos, TimeUnit.NANOSECONDS);
    }

    void refused(NotStoredException.Cause cause) {
        Counter counter = refused.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }
}
