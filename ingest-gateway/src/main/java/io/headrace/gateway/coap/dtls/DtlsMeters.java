package io.headrace.gateway.coap.dtls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;

/** What is measured of DTLS. */
final class DtlsMeters {
    final Counter completed;
    final Counter failed;
    final Counter wrongKey;
    final Counter refused;

    /**
     * @param handshakes under way
     * @param sessions that are open
     */
    DtlsMeters(MeterRegistry registry, Collection<?> handshakes, Collection<?> sessions) {
        this.completed = handshakes(registry, "completed");
        this.failed = handshakes(registry, "failed");
        this.wrongKey = handshakes(registry, "wrong-key");
        this.refused = handshakes(registry, "too-many");
        Gauge.builder("headrace.coaps.handshakes.pending", handshakes, Collection::size)
                .description("DTLS handshakes under way")
                .register(registry);
        Gauge.builder("headrace.coaps.sessions", sessions, Collection::size)
                .description("DTLS sessions of devices")
                .register(registry);
    }

    private static Counter handshakes(MeterRegistry registry, String result) {
        return Counter.builder("headrace.coaps.handshakes")
                .description("DTLS handshakes after the cookie was shown")
                .tag("result", result)
                .register(registry);
    }
}
