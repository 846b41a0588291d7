package io.headrace.streams.rules;

import io.headrace.streams.registered.DeviceFacts;
import io.headrace.streams.registered.DevicesOfTask;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Raises the alerts about devices that say nothing, by the wall clock. Of a device whose gateway is silent itself the alert
 * says so, and is of the group of all such devices; where the gateway comes back and the device doesn't, an alert of its own
 * takes its place. A registered device that never spoke is silent since it was registered, or since the rule came; one that is
 * disabled or quarantined isn't called silent at all.
 */
final class SilenceWatch {
    /** Devices looked at at once: when a whole fleet falls silent, readings of others still get their turn. */
    private static final int WAKES = 1_000;

    /** Devices whose registration has changed, likewise. */
    private static final int CHANGES = 10_000;

    /** How long after a look that may not raise the next one is. */
    private static final long AGAIN_MS = 60_000;

    private final Memories memories;
    private final AlertOutput output;
    private final Gateways gateways;
    private final Optional<DevicesOfTask> registered;
    private final Silences silences = new Silences();
    /** That all alarms were set by. */
    private List<ActiveRule> rules = List.of();

    private long shortestMs = Long.MAX_VALUE;

    /** Works out the rules about a device. */
    @FunctionalInterface
    interface Binder {
        Bound bind(RuleBook book, String device, DeviceMemory memory);
    }

    /** @param now epoch milliseconds */
    SilenceWatch(
            Memories memories, AlertOutput output, Gateways gateways, Optional<DevicesOfTask> registered, long now) {
        this.memories = memories;
        this.output = output;
        this.gateways = gateways;
        this.registered = registered;
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
        if (!silences.note(now) || book.shortestSilenceMs() < shortestMs) {
            listenAnew(book, now);
        } else if (!rules.equals(book.silences())) {
            silences.watchNobody();
            watchAll(book, now);
        }
        shortestMs = book.shortestSilenceMs();
        rules = book.silences();
        registered.ifPresent(devices -> takeChanges(devices, book, binder));
        for (int i = 0; i < WAKES; i++) {
            String device = silences.poll();
            if (device == null) {
                return;
            }
            look(device, book, binder);
        }
    }

    private void listenAnew(RuleBook book, long now) {
        silences.listenFrom(now);
        watchAll(book, now);
    }

    private void watchAll(RuleBook book, long now) {
        if (book.shortestSilenceMs() == Long.MAX_VALUE) {
            return;
        }
        memories.forEach(
                (device, receivedAt) -> silences.watch(device, Math.max(receivedAt, now) + book.shortestSilenceMs()));
        if (book.isAboutNeverSpoken()) {
            registered.ifPresent(devices ->
                    devices.forEachEnabled(device -> silences.watch(device, now + book.shortestSilenceMs())));
        }
    }

    /** One that is new, or enabled again, is to speak from now on; one that is disabled or deleted needn't any more. */
    private void takeChanges(DevicesOfTask devices, RuleBook book, Binder binder) {
        for (int i = 0; i < CHANGES; i++) {
            String device = devices.poll();
            if (device == null) {
                return;
            }
            if (book.shortestSilenceMs() == Long.MAX_VALUE) {
                continue;
            }
            if (devices.find(device).filter(DeviceFacts::isEnabled).isPresent()) {
                silences.watchIn(device, book.shortestSilenceMs());
            } else {
                look(device, book, binder);
            }
        }
    }

    private void look(String device, RuleBook book, Binder binder) {
        Optional<DeviceFacts> facts = registered.flatMap(devices -> devices.find(device));
        DeviceMemory memory = memories.find(device);
        boolean isNew = memory == null;
        if (memory == null) {
            if (facts.isEmpty() || !book.isAboutNeverSpoken()) {
                return;
            }
            memory = new DeviceMemory();
        }
        if (facts.isPresent() && (isNew || memory.hasNeverSpoken())) {
            memory.neverSpoke(
                    facts.get().profile().shownTags(), facts.get().createdAt().toEpochMilli());
        }
        Bound bound = binder.bind(book, device, memory);
        Optional<String> excuse = excuse(facts, memory);
        if (excuse.isPresent()) {
            end(bound, memory, excuse.get());
        } else if (!memory.hasNeverSpoken() || isOfTask(facts)) {
            judge(device, memory, bound);
        }
        if (!isNew || bound.pairs().stream().anyMatch(pair -> pair.course().isUnderWay())) {
            memories.put(device, memory);
        }
    }

    private boolean isOfTask(Optional<DeviceFacts> facts) {
        return registered.flatMap(devices -> facts.filter(devices::has)).isPresent();
    }

    /** Why nobody needs to hear of a device; empty where it should speak. Who speaks needn't be registered. */
    private static Optional<String> excuse(Optional<DeviceFacts> facts, DeviceMemory memory) {
        if (facts.isEmpty()) {
            return memory.hasNeverSpoken() ? Optional.of("the device is no longer registered") : Optional.empty();
        }
        return facts.filter(device -> !device.isEnabled())
                .map(device -> "the device is " + device.status().name().toLowerCase(Locale.ROOT));
    }

    private void end(Bound bound, DeviceMemory memory, String why) {
        for (Pair pair : bound.pairs()) {
            long raisedAt = pair.course().since();
            if (isOfSilence(pair) && pair.course().clear() == Step.CLEARED) {
                output.clear(pair.course(), memory, raisedAt, why);
            }
        }
    }

    private void judge(String device, DeviceMemory memory, Bound bound) {
        long next = Long.MAX_VALUE;
        for (Pair pair : bound.pairs()) {
            Silent silent = Silent.of(memory, pair.rule(), silences, gateways);
            boolean isCurrent = pair.rule().isCurrentAt(silences.now() * 1_000, silent.now());
            ActiveRule rule = isCurrent ? pair.rule().current() : pair.rule().earlier();
            boolean isAbout = isCurrent ? pair.current() : pair.earlier();
            if (rule != null && isAbout && isToSpeak(rule, memory)) {
                next = Math.min(next, judge(device, memory, pair, rule, silent));
            }
            if (!isCurrent && pair.current() && isOfSilence(pair)) {
                next = Math.min(next, AGAIN_MS);
            }
        }
        if (next != Long.MAX_VALUE) {
            silences.watchIn(device, next);
        }
    }

    private static boolean isOfSilence(Pair pair) {
        return pair.rule().all().anyMatch(rule -> rule.silence().isPresent());
    }

    private static boolean isToSpeak(ActiveRule rule, DeviceMemory memory) {
        return rule.silence()
                .filter(silence -> !memory.hasNeverSpoken() || silence.ofNeverSpoken())
                .isPresent();
    }

    /** When to look again, in milliseconds; {@link Long#MAX_VALUE} for not before it speaks. */
    private long judge(String device, DeviceMemory memory, Pair pair, ActiveRule rule, Silent silent) {
        Course course = pair.course();
        long afterMs = rule.silence().orElseThrow().afterMs();
        long due = silent.from() + afterMs * 1_000;
        if (course.isRaised()) {
            if (!AlertRecords.isBehindGateway(course)) {
                return Long.MAX_VALUE;
            }
            if (silent.away().isPresent() || silent.lasting() < afterMs) {
                return silent.away().isPresent() ? AGAIN_MS : afterMs - silent.lasting();
            }
            long raisedAt = course.since();
            course.clear();
            output.clear(course, memory, raisedAt, "the gateway is back, and the device is silent still");
            return raised(device, memory, course, rule, Math.max(due, raisedAt + 1)) ? Long.MAX_VALUE : AGAIN_MS;
        }
        if (silent.lasting() < afterMs && (silent.away().isEmpty() || silent.unheard() < afterMs)) {
            return afterMs - (silent.away().isEmpty() ? silent.lasting() : silent.unheard());
        }
        long at = course.hasSeen(due) ? silent.now() : due;
        if (silent.lasting() >= afterMs) {
            return raised(device, memory, course, rule, at) ? Long.MAX_VALUE : AGAIN_MS;
        }
        raisedBehind(device, memory, course, rule, at, silent.away().orElseThrow());
        return AGAIN_MS;
    }

    private boolean raised(String device, DeviceMemory memory, Course course, ActiveRule rule, long at) {
        boolean raised = isRaised(course, rule, at);
        if (raised) {
            output.raiseSilent(rule, words(rule, memory), device, course, memory);
        }
        return raised;
    }

    private static String words(ActiveRule rule, DeviceMemory memory) {
        String words = rule.silence().orElseThrow().words();
        return memory.hasNeverSpoken()
                ? words + ", and nothing is known from before: registered " + seconds(memory.receivedAt())
                : words;
    }

    private void raisedBehind(
            String device, DeviceMemory memory, Course course, ActiveRule rule, long at, Presence gateway) {
        if (isRaised(course, rule, at)) {
            String words = "gateway " + memory.gateway() + " has been silent since " + seconds(gateway.heardAt());
            output.raiseBehind(rule, words, device, course, memory);
        }
    }

    private static Instant seconds(long ms) {
        return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS);
    }

    private static boolean isRaised(Course course, ActiveRule rule, long at) {
        course.judgedBy(rule.version());
        return course.plus(Verdict.HOLDS, at, rule.isOpen(at), rule.terms()) == Step.RAISED;
    }
}
