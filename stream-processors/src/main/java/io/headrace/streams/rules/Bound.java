package io.headrace.streams.rules;

import io.headrace.condition.WindowUse;
import io.headrace.streams.rules.course.Course;
import io.headrace.streams.rules.course.DeviceMemory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rules about one device, each with its course: worked out once, and again when the rules or the device's tags have
 * changed.
 *
 * @param book that they are of
 * @param tags that the device had
 * @param metrics that any of them looks at
 * @param windows that any of them asks for
 */
record Bound(RuleBook book, Map<String, String> tags, List<Pair> pairs, Set<String> metrics, Set<WindowUse> windows) {
    /** @param current whether the version from the point on is about the device, earlier likewise */
    record Pair(Versions rule, boolean current, boolean earlier, Course course) {}

    boolean has(String rule) {
        return pairs.stream().anyMatch(pair -> pair.rule().id().equals(rule));
    }

    static Bound of(RuleBook book, String device, DeviceMemory memory, List<Versions> rules) {
        Map<String, String> tags = memory.tags();
        List<Pair> pairs = rules.stream()
                .map(rule -> new Pair(
                        rule,
                        rule.current() != null && rule.current().isAbout(device, tags),
                        rule.earlier() != null && rule.earlier().isAbout(device, tags),
                        memory.course(rule.id())))
                .toList();
        Set<String> metrics = new TreeSet<>();
        Set<WindowUse> windows = new LinkedHashSet<>();
        rules.stream().flatMap(Versions::all).forEach(version -> {
            metrics.addAll(version.check().metrics());
            version.clear().ifPresent(clear -> metrics.addAll(clear.metrics()));
            windows.addAll(version.check().windows());
            version.clear().ifPresent(clear -> windows.addAll(clear.windows()));
        });
        return new Bound(book, tags, pairs, metrics, windows.stream().collect(Collectors.toUnmodifiableSet()));
    }
}
