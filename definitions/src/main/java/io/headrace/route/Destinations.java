package io.headrace.route;

import io.headrace.record.Tier;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where one reading goes.
 *
 * @param tiers marks to set, each with how long the tier keeps the reading; 0 for as long as it keeps any
 * @param topics full names of topics to copy into
 * @param addedTags of the routes that matched; where two add the same tag, of the one with the larger id
 * @param failed ids of routes that couldn't be judged
 */
public record Destinations(
        Map<Tier, Integer> tiers, Set<String> topics, Map<String, String> addedTags, Set<String> failed) {
    /** Where readings go that no route takes; can't be added to. */
    static final Destinations DEFAULT = new Destinations(
            Collections.unmodifiableMap(new EnumMap<>(Map.of(Tier.WARM, 0, Tier.COLD, 0))),
            Set.of(),
            Map.of(),
            Set.of());

    static Destinations none() {
        return new Destinations(new EnumMap<>(Tier.class), new TreeSet<>(), new HashMap<>(), new TreeSet<>());
    }

    void add(CompiledRoute route) {
        route.tiers().forEach((tier, keep) -> tiers.merge(tier, keep, Destinations::longer));
        route.topic().ifPresent(topics::add);
        addedTags.putAll(route.addTags());
    }

    /** Of the routes that match, the one that keeps it longest decides. */
    private static int longer(int one, int other) {
        return one == 0 || other == 0 ? 0 : Math.max(one, other);
    }
}
