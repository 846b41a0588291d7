package io.headrace.streams.backtest;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How the alerts of two sides differ: an alert is in both where the other side has one about the same device that stood at
 * the same time, if only for an instant.
 *
 * @param same alerts of the first side that are in both
 * @param onlyFirst in the order in which they were raised, as {@code onlySecond}
 * @param isWhole whether all alerts were compared
 */
public record Difference(long same, List<Episode> onlyFirst, List<Episode> onlySecond, boolean isWhole) {
    public static Difference of(Outcome first, Outcome second) {
        List<Episode> onlyFirst = without(first, second);
        return new Difference(
                first.episodes().size() - onlyFirst.size(),
                onlyFirst,
                without(second, first),
                first.isWhole() && second.isWhole());
    }

    private static List<Episode> without(Outcome some, Outcome others) {
        Map<String, NavigableMap<Instant, Instant>> ends = new HashMap<>();
        others.episodes().forEach(each -> note(ends.computeIfAbsent(each.device(), any -> new TreeMap<>()), each));
        return some.episodes().stream()
                .filter(each -> !overlaps(ends.getOrDefault(each.device(), new TreeMap<>()), each))
                .toList();
    }

    /** Episodes come by when they were raised: under each beginning the latest end of it and all before it. */
    private static void note(NavigableMap<Instant, Instant> ends, Episode episode) {
        Instant end = end(episode);
        Map.Entry<Instant, Instant> before = ends.lastEntry();
        boolean isWithin = before != null && before.getValue().isAfter(end);
        ends.put(episode.raisedAt(), isWithin ? before.getValue() : end);
    }

    private static boolean overlaps(NavigableMap<Instant, Instant> ends, Episode episode) {
        Map.Entry<Instant, Instant> before = ends.floorEntry(end(episode));
        return before != null && !before.getValue().isBefore(episode.raisedAt());
    }

    /** A silence may be ended by what is older than itself. */
    private static Instant end(Episode episode) {
        Instant end = episode.clearedAt().orElse(Instant.MAX);
        return end.isBefore(episode.raisedAt()) ? episode.raisedAt() : end;
    }
}
