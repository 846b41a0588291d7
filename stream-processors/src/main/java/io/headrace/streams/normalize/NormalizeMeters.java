package io.headrace.streams.normalize;

import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Reason;
import io.headrace.streams.enrich.UnitOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** Counts of what became of messages. They count attempts: what a crash makes the processors do again counts again. */
final class NormalizeMeters {
    private static final String REPLAYS = "headrace.normalize.replays";

    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final Map<Reason, Counter> reasons = new EnumMap<>(Reason.class);
    private final Map<Outcome, Counter> replays = new EnumMap<>(Outcome.class);
    private final Map<UnitOutcome, Counter> units = new EnumMap<>(UnitOutcome.class);
    private final Counter replaysPassedOver;
    private final Counter readings;
    private final Counter corrected;
    private final Counter missed;
    private final Counter identitiesLost;

    NormalizeMeters(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, registry.counter("headrace.normalize.messages", "outcome", outcome.name()));
            replays.put(outcome, registry.counter(REPLAYS, "outcome", outcome.name()));
        }
        for (Reason reason : Reason.values()) {
            reasons.put(reason, registry.counter("headrace.normalize.dead.letters", "reason", reason.name()));
        }
        for (UnitOutcome outcome : UnitOutcome.values()) {
            units.put(outcome, registry.counter("headrace.normalize.units", "outcome", outcome.name()));
        }
        replaysPassedOver = registry.counter(REPLAYS, "outcome", "PASSED_OVER");
        readings = registry.counter("headrace.normalize.readings");
        corrected = registry.counter("headrace.normalize.clocks.corrected");
        missed = registry.counter("headrace.normalize.messages.missed");
        identitiesLost = registry.counter("headrace.normalize.identities.lost");
    }

    void outcome(Outcome outcome) {
        counter(outcomes, outcome).increment();
    }

    void replay(Outcome outcome) {
        counter(replays, outcome).increment();
    }

    /** Of one value that was to be in another unit. */
    void unit(UnitOutcome outcome) {
        counter(units, outcome).increment();
    }

    /** A replay of what isn't a dead letter any more. */
    void replayPassedOver() {
        replaysPassedOver.increment();
    }

    /** A message whose resend wouldn't be known, for its gateway's clock is far behind others'. */
    void identityLost() {
        identitiesLost.increment();
    }

    void deadLetter(Reason reason) {
        counter(reasons, reason).increment();
    }

    void reading(boolean clockCorrected) {
        readings.increment();
        if (clockCorrected) {
            corrected.increment();
        }
    }

    /** Messages that a device's own counting says are missing. */
    void missed(int messages) {
        missed.increment(messages);
    }

    private static <K extends Enum<K>> Counter counter(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + key);
        }
        return counter;
    }
}
