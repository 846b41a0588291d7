package io.headrace.streams.rules;

import io.headrace.streams.rules.Bound.Pair;
import io.headrace.streams.rules.check.Silence;
import io.headrace.streams.rules.check.Verdict;
import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.course.Step;

/** Raises the alerts about devices that say nothing, by the wall clock. */
final class SilenceWatch {
    /** Devices looked at at once: when a whole fleet falls silent, readings of others still get their turn. */
    private static final int WAKES = 1_000;

    /** How long after a look that may not raise the next one is. */
    private static final long AGAIN_MS = 60_000;

    private final Memories memories;
    private final AlertOutput output;
    private final Silences silences = new Silences();
    /** Of the rules that all alarms were set by; {@link Long#MAX_VALUE} for none. */
    private long shortestMs = Long.MAX_VALUE;

    /** Works out the rules about a device. */
    @FunctionalInterface
    interface Binder {
        Bound bind(RuleBook book, String device, DeviceMemory memory);
    }

    /** @param now epoch milliseconds */
    SilenceWatch(Memories memories, AlertOutput output, long now) {
        this.memories = memories;
        this.output = output;
        silences.listenFrom(now);
    }

    /** @param receivedAt of a device's last reading, epoch milliseconds */
    void heard(RuleBook book, String device, long receivedAt, long now) {
        if (book.shortestSilenceMs() == Long.MAX_VALUE) {
            return;
        }
        if (!silences.note(now)) {
            listenAnew(book, now);
        }
        silences.heard(receivedAt);
        silences.watch(device, receivedAt + book.shortestSilenceMs());
    }

    /** Looks whose time has come. */
    void look(RuleBook book, long now, Binder binder) {
        if (book.shortestSilenceMs() < shortestMs || !silences.note(now)) {
            listenAnew(book, now);
        }
        shortestMs = book.shortestSilenceMs();
        for (int i = 0; i < WAKES; i++) {
            String device = silences.poll();
            if (device == null) {
                return;
            }
            DeviceMemory memory = memories.find(device);
            if (memory != null) {
                look(device, memory, binder.bind(book, device, memory));
            }
        }
    }

    private void listenAnew(RuleBook book, long now) {
        silences.listenFrom(now);
        if (book.shortestSilenceMs() != Long.MAX_VALUE) {
            memories.forEach((device, receivedAt) ->
                    silences.watch(device, Math.max(receivedAt, now) + book.shortestSilenceMs()));
        }
    }

    private void look(String device, DeviceMemory memory, Bound bound) {
        long next = Long.MAX_VALUE;
        long lasting = silences.lasting(memory.receivedAt());
        for (Pair pair : bound.pairs()) {
            long at = memory.observedAt() + lasting * 1_000;
            boolean isCurrent = pair.rule().isCurrentAt((memory.receivedAt() + lasting) * 1_000, at);
            ActiveRule rule = isCurrent ? pair.rule().current() : pair.rule().earlier();
            boolean isAbout = isCurrent ? pair.current() : pair.earlier();
            if (rule == null
                    || rule.silence().isEmpty()
                    || !isAbout
                    || pair.course().isRaised()) {
                continue;
            }
            Silence silence = rule.silence().get();
            if (lasting < silence.afterMs()) {
                next = Math.min(next, silence.afterMs() - lasting);
            } else if (!raised(device, memory, pair, rule, silence)) {
                next = Math.min(next, AGAIN_MS);
            }
        }
        memories.put(device, memory);
        if (next != Long.MAX_VALUE) {
            silences.watchIn(device, next);
        }
    }

    private boolean raised(String device, DeviceMemory memory, Pair pair, ActiveRule rule, Silence silence) {
        long due = memory.observedAt() + silence.afterMs() * 1_000;
        long at = pair.course().isWaiting() ? memory.observedAt() + silences.lasting(memory.receivedAt()) * 1_000 : due;
        pair.course().judgedBy(rule.version());
        boolean raised = pair.course().plus(Verdict.HOLDS, at, rule.isOpen(at), rule.terms()) == Step.RAISED;
        if (raised) {
            output.raiseSilent(rule, silence.words(), device, pair.course(), memory);
        }
        return raised;
    }
}
