package io.headrace.gateway.coap;

import io.headrace.gateway.coap.command.ObservationMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;

/** What is measured of CoAP, over all listeners. */
final class CoapMeters {
    final Counter duplicates;
    final Counter malformed;
    final Counter overflow;
    final Counter denied;
    final AtomicInteger inFlight;
    final AtomicInteger remembered;
    final AtomicInteger transfers;
    final AtomicLong transferBytes;
    final Timer latency;
    final ObservationMeters observations;
    private final Map<ResponseCode, Counter> answers = new EnumMap<>(ResponseCode.class);
    private final MeterRegistry registry;

    CoapMeters(MeterRegistry registry) {
        this.registry = registry;
        this.duplicates = Counter.builder("headrace.coap.duplicates")
                .description("requests that came once more, and were answered as before")
                .register(registry);
        this.malformed = dropped("malformed");
        this.overflow = dropped("queue-full");
        this.denied = dropped("denied");
        this.latency = Timer.builder("headrace.coap.ack.latency")
                .description("from taking a request to its answer 2.04")
                .register(registry);
        this.inFlight = gauge("headrace.coap.in.flight", "requests that wait for Kafka");
        this.remembered = gauge("headrace.coap.remembered", "requests whose repetition would be recognised");
        this.transfers = gauge("headrace.coap.transfers", "bodies that are coming in block by block");
        this.observations = new ObservationMeters(registry);
        this.transferBytes = new AtomicLong();
        Gauge.builder("headrace.coap.transfers.bytes", transferBytes, AtomicLong::get)
                .description("blocks of bodies that aren't complete")
                .baseUnit("bytes")
                .register(registry);
    }

    private Counter dropped(String reason) {
        return Counter.builder("headrace.coap.dropped")
                .description("datagrams that were thrown away, or answered with a reset")
                .tag("reason", reason)
                .register(registry);
    }

    private AtomicInteger gauge(String name, String description) {
        AtomicInteger value = new AtomicInteger();
        Gauge.builder(name, value, AtomicInteger::get).description(description).register(registry);
        return value;
    }

    /** On several threads. */
    synchronized void answered(ResponseCode code) {
        answers.computeIfAbsent(
                        code,
                        each -> Counter.builder("headrace.coap.answers")
                                .description("answered requests, blocks among them")
                                .tag("code", each.text)
                                .register(registry))
                .increment();
    }
}
