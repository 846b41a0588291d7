package io.headrace.streams.rules;

import io.headrace.streams.rules.Bound.Pair;
import io.headrace.streams.rules.check.Verdict;
import io.headrace.streams.rules.course.Course;
import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.course.Step;
import io.headrace.streams.rules.silence.Gateways;
import io.headrace.streams.rules.silence.Gateways.Presence;
import io.headrace.streams.rules.silence.Silences;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Raises the alerts about devices that say nothing, by the wall clock. Of a device whose gateway is silent itself the alert
 * says so, and is of the group of all such devices; where the gateway comes back and the device doesn't, an alert of its own
 * takes its place.
 */
final class SilenceWatch {
    /** Devices looked at at once: when a whole fleet falls silent, readings of others still get their turn. */
    private static final int WAKES = 1_000;

    /** How long after a look that may not raise the next one is. */
    private static final long AGAIN_MS = 60_000;

    private final Memories memories;
    private final AlertOutput output;
    private final Gateways gateways;
    private final Silences silences = new Silences();
    /** Of the rules that all alarms were set by; {@link Long#MAX_VALUE} for none. */
    private long shortestMs = Long.MAX_VALUE;

    /** Works out the rules about a device. */
    @FunctionalInterface
    interface Binder {
        Bound bind(RuleBook book, String device, DeviceMemory memory);
    }

    /** @param now epoch milliseconds */
    SilenceWatch(Memories memories, AlertOutput output, Gateways gateways, long now) {
        this.memories = memories;
        this.output = output;
        this.gateways = gateways;
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
        Optional<Presence> gateway = gateways.find(memory.gateway());
        Silent silent = new Silent(
                silences.lasting(memory.receivedAt(), gateway),
                silences.lasting(memory.receivedAt()),
                gateway.filter(each -> each.isAway(silences.now())));
        long next = Long.MAX_VALUE;
        for (Pair pair : bound.pairs()) {
            long at = memory.observedAt() + silent.unheard * 1_000;
            boolean isCurrent = pair.rule().isCurrentAt((memory.receivedAt() + silent.unheard) * 1_000, at);
            ActiveRule rule = isCurrent ? pair.rule().current() : pair.rule().earlier();
            boolean isAbout = isCurrent ? pair.current() : pair.earlier();
            if (rule != null && rule.silence().isPresent() && isAbout) {
                next = Math.min(next, look(device, memory, pair, rule, silent));
            }
        }
        memories.put(device, memory);
        if (next != Long.MAX_VALUE) {
            silences.watchIn(device, next);
        }
    }

    /**
     * How long a device has been silent, milliseconds.
     *
     * @param lasting itself
     * @param unheard for whatever reason
     * @param away its gateway, where that is away
     */
    private record Silent(long lasting, long unheard, Optional<Presence> away) {}

    /** When to look again, in milliseconds; {@link Long#MAX_VALUE} for not before it speaks. */
    private long look(String device, DeviceMemory memory, Pair pair, ActiveRule rule, Silent silent) {
        Course course = pair.course();
        long afterMs = rule.silence().orElseThrow().afterMs();
        if (course.isRaised()) {
            if (!AlertRecords.isBehindGateway(course)) {
                return Long.MAX_VALUE;
            }
            if (silent.away.isPresent() || silent.lasting < afterMs) {
                return silent.away.isPresent() ? AGAIN_MS : afterMs - silent.lasting;
            }
            long raisedAt = course.since();
            course.clear();
            output.clear(course, memory, raisedAt, "the gateway is back, and the device is silent still");
            return raised(device, memory, course, rule, Math.max(due(memory, afterMs), raisedAt + 1))
                    ? Long.MAX_VALUE
                    : AGAIN_MS;
        }
        if (silent.lasting < afterMs && (silent.away.isEmpty() || silent.unheard < afterMs)) {
            return afterMs - (silent.away.isEmpty() ? silent.lasting : silent.unheard);
        }
        long at = course.isWaiting() ? memory.observedAt() + silent.unheard * 1_000 : due(memory, afterMs);
        if (silent.lasting >= afterMs) {
            return raised(device, memory, course, rule, at) ? Long.MAX_VALUE : AGAIN_MS;
        }
        raisedBehind(device, memory, course, rule, at, silent.away.orElseThrow());
        return AGAIN_MS;
    }

    private static long due(DeviceMemory memory, long afterMs) {
        return memory.observedAt() + afterMs * 1_000;
    }

    private boolean raised(String device, DeviceMemory memory, Course course, ActiveRule rule, long at) {
        boolean raised = isRaised(course, rule, at);
        if (raised) {
            output.raiseSilent(rule, rule.silence().orElseThrow().words(), device, course, memory);
        }
        return raised;
    }

    private void raisedBehind(
            String device, DeviceMemory memory, Course course, ActiveRule rule, long at, Presence gateway) {
        if (isRaised(course, rule, at)) {
            Instant since = Instant.ofEpochMilli(gateway.heardAt()).truncatedTo(ChronoUnit.SECONDS);
            output.raiseBehind(
                    rule, "gateway " + memory.gateway() + " has been silent since " + since, device, course, memory);
        }
    }

    private static boolean isRaised(Course course, ActiveRule rule, long at) {
        course.judgedBy(rule.version());
        return course.plus(Verdict.HOLDS, at, rule.isOpen(at), rule.terms()) == Step.RAISED;
    }
}
