package io.headrace.gateway.http;

import io.headrace.gateway.http.request.Requests;
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
    private final Counter flooded;

    HttpMeters(MeterRegistry registry, Requests requests) {
        this.registry = registry;
        this.broken = Counter.builder("headrace.http.connections.broken")
                .description("connections that ended with an input or output error: no TLS where it is due, a reset")
                .register(registry);
        this.flooded = Counter.builder("headrace.http.connections.flooded")
                .description("connections of HTTP/2 that ended for too many PING and SETTINGS frames")
                .register(registry);
        Gauge.builder("headrace.http.body.bytes", requests, Requests::inBodies)
                .description("bodies that are being received, with what they inflate to")
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

    void flooded() {
        flooded.increment();
    }

    void broken() {
        broken.increment();
    }
}
