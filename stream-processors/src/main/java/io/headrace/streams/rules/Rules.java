package io.headrace.streams.rules;

import io.headrace.record.Rule;
import io.headrace.streams.condition.Condition;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of a hub, live: one thread changes them, all others read the list of the moment. A rule that doesn't compile
 * is out of force until it is mended, and said once.
 */
final class Rules {
    private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

    private final Map<String, Optional<ActiveRule>> byId = new TreeMap<>();
    private final AtomicInteger active;
    private final AtomicInteger broken;
    private volatile List<ActiveRule> inForce = List.of();

    Rules(MeterRegistry registry) {
        active = registry.gauge("headrace.rules.rules", new AtomicInteger());
        broken = registry.gauge("headrace.rules.rules.broken", new AtomicInteger());
    }

    /** In the order of their ids. */
    List<ActiveRule> inForce() {
        return inForce;
    }

    /** @param rule null where it was deleted */
    synchronized void change(String id, @Nullable Rule rule) {
        if (rule == null || !rule.getEnabled()) {
            byId.remove(id);
        } else {
            byId.put(id, compile(rule));
        }
        inForce = byId.values().stream().flatMap(Optional::stream).toList();
        active.set(inForce.size());
        broken.set(byId.size() - inForce.size());
    }

    private static Optional<ActiveRule> compile(Rule rule) {
        try {
            return Optional.of(ActiveRule.of(rule));
        } catch (Condition.InvalidException invalid) {
            LOG.warn("rule {} is out of force, it doesn't compile: {}", rule.getId(), invalid.getMessage());
            return Optional.empty();
        }
    }
}
