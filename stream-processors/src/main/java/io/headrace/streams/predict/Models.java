package io.headrace.streams.predict;

import io.headrace.record.Model;
import io.headrace.streams.state.LiveTopic;
import io.headrace.wear.InvalidModelException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a hub, live: one thread changes them, all others read the list of the moment. One that can't be applied, of
 * a kind that is yet to come say, is left alone, counted and said once; a version before it that can be goes on.
 */
final class Models implements LiveTopic.Listener<Model> {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    private final TreeMap<String, Versions> byName = new TreeMap<>();
    private final Set<String> broken = new HashSet<>();
    private final AtomicInteger active;
    private final AtomicInteger unusable;
    private volatile List<Versions> all = List.of();
    private volatile boolean wereThere;

    Models(MeterRegistry registry) {
        active = registry.gauge("headrace.predict.models", new AtomicInteger());
        unusable = registry.gauge("headrace.predict.models.broken", new AtomicInteger());
    }

    /** By name; another list after each change. */
    List<Versions> all() {
        return all;
    }

    /** Whether there has been any since the start: those that are gone may have left memories. */
    boolean wereThere() {
        return wereThere;
    }

    @Override
    public synchronized void changed(String name, @Nullable Model model) {
        broken.remove(name);
        if (model == null) {
            byName.remove(name);
        } else {
            byName.put(name, versions(model));
        }
        publish();
    }

    @Override
    public synchronized void unreadable(String name) {
        broken.add(name);
        publish();
    }

    private void publish() {
        wereThere = true;
        all = List.copyOf(byName.values());
        active.set((int) all.stream().filter(each -> each.current() != null).count());
        unusable.set(broken.size());
    }

    private Versions versions(Model model) {
        Model earlier = model.getEarlier();
        ActiveModel before = earlier == null ? null : made(earlier);
        ActiveModel current = made(model);
        boolean isBroken = current == null && model.getEnabled();
        return new Versions(
                model.getName(),
                isBroken ? before : current,
                before,
                model.getEffectiveAt() == null ? Long.MIN_VALUE : micros(model.getEffectiveAt()));
    }

    private @Nullable ActiveModel made(Model model) {
        if (!model.getEnabled()) {
            return null;
        }
        try {
            return ActiveModel.of(model);
        } catch (InvalidModelException invalid) {
            broken.add(model.getName());
            LOG.warn("model {} {} isn't applied: {}", model.getName(), model.getVersion(), invalid.getMessage());
            return null;
        }
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
