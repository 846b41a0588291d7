package io.headrace.streams.route;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts of routing, and its warnings: each once per route, however many readings it concerns. */
final class RouteMeters {
    private final Counter failed;
    private final Counter unmatched;
    private final Counter copies;
    private final Counter copiesSkipped;
    private final AtomicInteger routes;
    private final AtomicInteger broken;

    RouteMeters(MeterRegistry registry) {
        failed = registry.counter("headrace.route.conditions.failed");
        unmatched = registry.counter("headrace.route.readings.unmarked");
        copies = registry.counter("headrace.route.copies");
        copiesSkipped = registry.counter("headrace.route.copies.skipped");
        routes = registry.gauge("headrace.route.routes", new AtomicInteger());
        broken = registry.gauge("headrace.route.routes.broken", new AtomicInteger());
    }

    void failed() {
        failed.increment();
    }

    void unmarked() {
        unmatched.increment();
    }

    void copy() {
        copies.increment();
    }

    void copySkipped() {
        copiesSkipped.increment();
    }

    void routes(int inForceOrBroken, int ofThemBroken) {
        routes.set(inForceOrBroken);
        broken.set(ofThemBroken);
    }
}
