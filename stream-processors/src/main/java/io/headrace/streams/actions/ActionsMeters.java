package io.headrace.streams.actions;

import io.headrace.streams.actions.Action.Deed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of actions: {@code headrace.actions.done}, {@code .skipped} and {@code .unreadable}. */
final class ActionsMeters {
    private static final Logger LOG = LoggerFactory.getLogger(ActionsMeters.class);
    private static final long SILENCE = Duration.ofMinutes(1).toNanos();

    private final MeterRegistry registry;
    private final Counter unreadable;
    private final AtomicLong sayAgainAt = new AtomicLong(System.nanoTime());

    /** Why an action isn't done. */
    enum Skipped {
        /** What led to it was too long ago. */
        TOO_OLD,
        /** It was done for this change of the alert. */
        REPEATED,
        /** It is a command to the device of an alert that is about none. */
        NO_DEVICE
    }

    ActionsMeters(MeterRegistry registry) {
        this.registry = registry;
        unreadable = registry.counter("headrace.actions.unreadable");
    }

    void done(Deed deed) {
        registry.counter("headrace.actions.done", "kind", deed.kind()).increment();
    }

    /** Also says so, once in a while, but for what is as it should be. */
    void skipped(Occasion occasion, Deed deed, Skipped why) {
        String reason = why.name().toLowerCase(Locale.ROOT).replace('_', '-');
        registry.counter("headrace.actions.skipped", "kind", deed.kind(), "reason", reason)
                .increment();
        if (why != Skipped.REPEATED && isTimeToSay()) {
            LOG.warn(
                    "a {} of rule {} isn't done, {}: alert {} {}, {}; more of these are only counted for a minute",
                    deed.kind(),
                    occasion.alert().getRuleId(),
                    reason,
                    occasion.alert().getId(),
                    occasion.event(),
                    occasion.moment());
        }
    }

    private boolean isTimeToSay() {
        long now = System.nanoTime();
        long due = sayAgainAt.get();
        return now - due >= 0 && sayAgainAt.compareAndSet(due, now + SILENCE);
    }

    /** What should be an alert can't be read. */
    void unreadable() {
        unreadable.increment();
    }
}
