package io.headrace.gateway.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is measured of requests. */
final class HttpMeters {
    private final MeterRegistry registry;
    private final Map<Integer, Counter> byStatus = new ConcurrentHashMap<>();
    private final Counter broken;

    HttpMeters(MeterRegistry registry, BodyBudget bodies) {
        this.registry = registry;
        this.broken = Counter.builder("headrace.http.connections.broken")
                .description("connections that ended with an input or output error: no TLS where it is due, a reset")
                .register(registry);
        Gauge.builder("headrace.http.body.bytes", bodies, BodyBudget::used)
                .description("bodies that are being received")
                .baseUnit("bytes")
                .register(registry);
    }

    void answered(HttpResponseStatus status) {
        byStatus.computeIfAbsent(
                        status.code(),
                        code -> Counter.builder("headrace.http.requests")
                                .description("answered requests")
                                .tag("status", Integer.toString(code))
                                .register(registry))
                .increment();
    }

    void broken() {
        broken.increment();
    }
}
