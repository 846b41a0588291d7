package io.headrace.streams.rules;

import io.headrace.streams.alerts.Handling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of one moment, found by whom they are about: a reading meets those for all devices, those that name its
 * device, and those that name one of its tags, and never learns of the others. Safe for use by several threads.
 */
final class RuleBook {
    /** Most rules about one device: more than these would take a message more time than it has. */
    static final int MOST_PER_DEVICE = 500;

    static final RuleBook EMPTY = new RuleBook(List.of());

    private final Map<String, Versions> byId = new HashMap<>();
    private final List<Versions> forAll = new ArrayList<>();
    private final Map<String, List<Versions>> byDevice = new HashMap<>();
    private final Map<String, Map<String, List<Versions>>> byTag = new HashMap<>();
    private final List<ActiveRule> silences = new ArrayList<>();
    private final long shortestSilenceMs;

    /** @param rules in the order of their ids */
    RuleBook(Collection<Versions> rules) {
        long shortest = Long.MAX_VALUE;
        for (Versions rule : rules) {
            byId.put(rule.id(), rule);
            for (ActiveRule version : (Iterable<ActiveRule>) rule.all()::iterator) {
                index(rule, version);
                version.silence().ifPresent(_ -> silences.add(version));
                shortest = Math.min(
                        shortest,
                        version.silence().map(silence -> silence.afterMs()).orElse(Long.MAX_VALUE));
            }
        }
        shortestSilenceMs = shortest;
    }

    /** By the rarer of what it asks for; both versions of a rule may stand in one place. */
    private void index(Versions rule, ActiveRule version) {
        if (!version.devices().isEmpty()) {
            version.devices().forEach(device -> add(byDevice.computeIfAbsent(device, any -> new ArrayList<>()), rule));
        } else if (!version.tags().isEmpty()) {
            Map.Entry<String, String> tag = version.tags().entrySet().stream()
                    .min(Map.Entry.comparingByKey())
                    .orElseThrow();
            add(
                    byTag.computeIfAbsent(tag.getKey(), any -> new HashMap<>())
                            .computeIfAbsent(tag.getValue(), any -> new ArrayList<>()),
                    rule);
        } else {
            add(forAll, rule);
        }
    }

    private static void add(List<Versions> place, Versions rule) {
        if (place.isEmpty() || !place.getLast().id().equals(rule.id())) {
            place.add(rule);
        }
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /**
     * Whether an alert may go on standing that a version of a rule raised, where no version is about the device as it is
     * now: it is the same version still, and the device has other tags; or nobody can read what the rule has become.
     */
    boolean mayReturn(String id, long version) {
        Versions rule = byId.get(id);
        return rule != null && (rule.isBroken() || rule.all().anyMatch(each -> each.version() == version));
    }

    /** What is done with the alerts of a rule. */
    Handling handling(String id) {
        Versions rule = byId.get(id);
        ActiveRule current = rule == null ? null : rule.current();
        return current == null ? Handling.NONE : current.handling();
    }

    /** Milliseconds; {@link Long#MAX_VALUE} where no rule is about silence. */
    long shortestSilenceMs() {
        return shortestSilenceMs;
    }

    /** Versions of rules that are about silence. */
    List<ActiveRule> silences() {
        return silences;
    }

    /** Whether a rule is about devices that never spoke. */
    boolean isAboutNeverSpoken() {
        return silences.stream()
                .anyMatch(version -> version.silence().orElseThrow().ofNeverSpoken());
    }

    /** Whether there may be a rule about a device: a quick look. */
    boolean isAboutAny(String device, Map<String, String> tags) {
        if (!forAll.isEmpty() || byDevice.containsKey(device)) {
            return true;
        }
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            if (!tagged(tag).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private List<Versions> tagged(Map.Entry<String, String> tag) {
        Map<String, List<Versions>> values = byTag.get(tag.getKey());
        return values == null ? List.of() : values.getOrDefault(tag.getValue(), List.of());
    }

    /** Rules about a device, in the order of their ids; of more than it may have, the first. */
    List<Versions> about(String device, Map<String, String> tags) {
        Set<Versions> found = new LinkedHashSet<>(forAll);
        found.addAll(byDevice.getOrDefault(device, List.of()));
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            found.addAll(tagged(tag));
        }
        return found.stream()
                .filter(rule -> rule.all().anyMatch(version -> version.isAbout(device, tags)))
                .sorted(Comparator.comparing(Versions::id))
                .limit(MOST_PER_DEVICE)
                .toList();
    }
}
