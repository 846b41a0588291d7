package io.headrace.gateway.http.websocket;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is measured of WebSockets. */
final class WebSocketMeters {
    private final MeterRegistry registry;
    private final Counter opened;
    private final Map<Integer, Counter> closed = new ConcurrentHashMap<>();

    WebSocketMeters(MeterRegistry registry) {
        this.registry = registry;
        this.opened = Counter.builder("headrace.websocket.opened")
                .description("connections that went from HTTP to MQTT over WebSocket")
                .register(registry);
    }

    void opened() {
        opened.increment();
    }

    /** The gateway has said goodbye first. */
    void closed(WebSocketCloseStatus why) {
        closed.computeIfAbsent(
                        why.code(),
                        code -> Counter.builder("headrace.websocket.closed")
                                .description("WebSockets that the gateway closed, by status code of RFC 6455")
                                .tag("code", Integer.toString(code))
                                .register(registry))
                .increment();
    }
}
