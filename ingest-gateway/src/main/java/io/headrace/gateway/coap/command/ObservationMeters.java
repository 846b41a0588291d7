package io.headrace.gateway.coap.command;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What is measured of observations, over all listeners. */
public final class ObservationMeters {
    final AtomicInteger open = new AtomicInteger();
    private final Counter notifications;
    private final Map<Ending, Counter> ended = new EnumMap<>(Ending.class);

    public ObservationMeters(MeterRegistry registry) {
        Gauge.builder("headrace.coap.observations", open, AtomicInteger::get)
                .description("devices that observe their commands")
                .register(registry);
        this.notifications = Counter.builder("headrace.coap.notifications")
                .description("notifications of observations, those that say that nothing waits among them")
                .register(registry);
        for (Ending why : Ending.values()) {
            ended.put(
                    why,
                    Counter.builder("headrace.coap.observations.ended")
                            .description("observations that came to their end")
                            .tag("reason", why.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .register(registry));
        }
    }

    void sent() {
        notifications.increment();
    }

    void ended(Ending why) {
        Counter counter = ended.get(why);
        if (counter != null) {
            counter.increment();
        }
    }
}
