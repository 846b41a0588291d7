package io.headrace.gateway.mqtt;

import io.headrace.gateway.edge.RoomWaiters;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.session.Sessions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What is measured of MQTT. */
final class MqttMeters {
    final AtomicInteger connected = new AtomicInteger();
    final Counter lost;
    final Counter broken;
    final Counter paused;
    final Counter willsPublished;
    final Counter willsForgotten;
    final Counter willsLost;
    private final MeterRegistry registry;
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
        this.registry = registry;
        this.lost = Counter.builder("headrace.mqtt.lost")
                .description("messages of QoS 0 that could not be stored")
                .register(registry);
        this.broken = Counter.builder("headrace.mqtt.connections.broken")
                .description("connections that ended with an input or output error: no TLS where it is due, a reset")
                .register(registry);
        this.paused = Counter.builder("headrace.mqtt.throttled")
                .description("pauses in reading from a device that has used up its quota")
                .register(registry);
        this.willsPublished = wills("published");
        this.willsForgotten = wills("forgotten");
        this.willsLost = wills("lost");
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

    private Counter wills(String outcome) {
        return Counter.builder("headrace.mqtt.wills")
                .description(
                        "wills that were stored, that were forgotten because the device came back in time, and that"
                                + " were lost: too large, of a disabled device or one far over its quota, or at the end")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** @param willBytes of wills that are kept */
    void watch(AtomicLong willBytes) {
        Gauge.builder("headrace.mqtt.wills.bytes", willBytes, AtomicLong::get)
                .description("memory of the wills that are kept")
                .baseUnit("bytes")
                .register(registry);
    }

    void watch(Unfinished ofDevices, Unfinished ofStrangers) {
        Gauge.builder("headrace.mqtt.unfinished.bytes", () -> ofDevices.held() + ofStrangers.held())
                .description("large packets that have begun and haven't ended")
                .baseUnit("bytes")
                .register(registry);
    }

    /** Counts a message that was refused, without the connection's end. Rare: looks its counter up. */
    void refused(ReasonCode reason) {
        Counter.builder("headrace.mqtt.refused")
                .description("messages that were answered with a reason code other than success")
                .tag("reason", reason.name())
                .register(registry)
                .increment();
    }

    /**
     * Counts messages that came together.
     *
     * @param ofQos how many of QoS 0, 1 and 2; all 0 afterwards
     */
    void messages(int[] ofQos) {
        for (int qos = 0; qos < messages.length; qos++) {
            if (ofQos[qos] > 0) {
                messages[qos].increment(ofQos[qos]);
                ofQos[qos] = 0;
            }
        }
    }

    void ended(ReasonCode reason) {
        Counter counter = ended.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }
}
