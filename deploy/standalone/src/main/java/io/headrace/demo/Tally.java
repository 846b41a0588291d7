package io.headrace.demo;

import io.headrace.catalogue.Outcome;
import java.util.Map;
import java.util.TreeMap;

/** What the gateway has acknowledged, and so what must be found again. Safe for use by several threads. */
final class Tally {
    private long messages;
    private long readings;
    private long values;
    private long late;
    private long refused;
    private final Map<Outcome, Long> outcomes = new TreeMap<>();
    private final Map<String, Long> reasons = new TreeMap<>();

    synchronized void acknowledged(Expected expected) {
        messages += expected.messages();
        readings += expected.readings();
        values += expected.values();
        late += expected.late();
        outcomes.merge(expected.outcome(), (long) expected.messages(), Long::sum);
        expected.reason().ifPresent(reason -> reasons.merge(reason.name(), (long) expected.messages(), Long::sum));
    }

    /** Not accepted, as was meant: a wrong key, too large a payload. */
    synchronized void refused() {
        refused++;
    }

    synchronized long messages() {
        return messages;
    }

    synchronized long readings() {
        return readings;
    }

    synchronized long values() {
        return values;
    }

    synchronized long late() {
        return late;
    }

    synchronized long refusals() {
        return refused;
    }

    synchronized long of(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** Dead letters by the name of their reason. */
    synchronized Map<String, Long> reasons() {
        return new TreeMap<>(reasons);
    }
}
