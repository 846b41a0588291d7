package io.headrace.gateway.amqp;

import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.amqp.session.Ending;
import io.headrace.gateway.edge.RoomWaiters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What is measured of AMQP. */
final class AmqpMeters {
    final AtomicInteger connected = new AtomicInteger();
    final Counter presettled;
    final Counter unsettled;
    final Counter lost;
    final Counter released;
    final Counter broken;
    private final Map<Outcome, Counter> rejected = new EnumMap<>(Outcome.class);
    private final Map<Condition, Counter> links = new EnumMap<>(Condition.class);
    private final Map<Condition, Counter> ended = new EnumMap<>(Condition.class);
    private final Counter endedWell;

    AmqpMeters(MeterRegistry registry, RoomWaiters waiters) {
        this.presettled = messages(registry, "true");
        this.unsettled = messages(registry, "false");
        this.lost = Counter.builder("headrace.amqp.lost")
                .description("messages sent settled that could not be stored")
                .register(registry);
        this.released = Counter.builder("headrace.amqp.released")
                .description("messages that could not be stored, and are to be sent again")
                .register(registry);
        this.broken = Counter.builder("headrace.amqp.connections.broken")
                .description("connections that ended with an input or output error: no TLS where it is due, a reset")
                .register(registry);
        this.endedWell = ended(registry, "none");
        for (Condition condition : Condition.values()) {
            ended.put(condition, ended(registry, condition.name()));
            links.put(
                    condition,
                    Counter.builder("headrace.amqp.links.refused")
                            .description("links and sessions that were refused or ended, by error condition")
                            .tag("condition", condition.name())
                            .register(registry));
        }
        for (Outcome outcome : Outcome.values()) {
            if (outcome.condition().isPresent()) {
                rejected.put(
                        outcome,
                        Counter.builder("headrace.amqp.rejected")
                                .description("messages that were rejected, by reason")
                                .tag("reason", outcome.name())
                                .register(registry));
            }
        }
        Gauge.builder("headrace.amqp.connections", connected, AtomicInteger::get)
                .description("open connections of devices")
                .register(registry);
        Gauge.builder("headrace.amqp.paused", waiters, RoomWaiters::size)
                .description("connections that aren't read because nothing more can be in flight")
                .register(registry);
    }

    private static Counter messages(MeterRegistry registry, String settled) {
        return Counter.builder("headrace.amqp.messages")
                .description("messages handed over to be stored")
                .tag("settled", settled)
                .register(registry);
    }

    private static Counter ended(MeterRegistry registry, String condition) {
        return Counter.builder("headrace.amqp.ended")
                .description("connections that came to their end, by error condition")
                .tag("condition", condition)
                .register(registry);
    }

    void rejected(Outcome outcome) {
        increment(rejected.get(outcome));
    }

    void refused(Condition condition) {
        increment(links.get(condition));
    }

    void ended(Ending ending) {
        increment(ending.condition().map(ended::get).orElse(endedWell));
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
