package io.headrace.gateway.mqtt;

import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.session.Sessions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What is measured of MQTT. */
final class MqttMeters {
    final AtomicInteger connected = new AtomicInteger();
    final Counter lost;
    final Counter broken;
    private final Counter[] messages = new Counter[3];
    private final Map<ReasonCode, Counter> ended = new EnumMap<>(ReasonCode.class);

    MqttMeters(MeterRegistry registry, Sessions sessions, RoomWaiters waiters) {
        for (int qos = 0; qos < messages.length; qos++) {
            messages[qos] = Counter.builder("headrace.mqtt.messages")
                    .description("messages handed over to be stored")
                    .tag("qos", Integer.toString(qos))
                    .register(registry);
        }
        for (ReasonCode reason : ReasonCode.values()) {
            ended.put(
                    reason,
                    Counter.builder("headrace.mqtt.ended")
                            .description("connections that came to their end, by reason code of MQTT 5")
                            .tag("reason", reason.name())
                            .register(registry));
        }
        this.lost = Counter.builder("headrace.mqtt.lost")
                .description("messages of QoS 0, and wills, that could not be stored")
                .register(registry);
        this.broken = Counter.builder("headrace.mqtt.connections.broken")
                .description("connections that ended with an input or output error: no TLS where it is due, a reset")
                .register(registry);
        Gauge.builder("headrace.mqtt.connections", connected, AtomicInteger::get)
                .description("connections of devices that were let in")
                .register(registry);
        Gauge.builder("headrace.mqtt.sessions.idle", sessions, Sessions::idle)
                .description("sessions that wait for their device")
                .register(registry);
        Gauge.builder("headrace.mqtt.paused", waiters, RoomWaiters::size)
                .description("connections that aren't read because nothing more can be in flight")
                .register(registry);
    }

    void message(int qos) {
        messages[qos].increment();
    }

    void ended(ReasonCode reason) {
        Counter counter = ended.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }
}
