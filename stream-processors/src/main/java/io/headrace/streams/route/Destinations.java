package io.headrace.streams.route;

import io.headrace.record.Tier;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where one reading goes.
 *
 * @param tiers marks to set
 * @param topics full names of topics to copy into
 * @param addedTags of the routes that matched; where two add the same tag, of the one with the larger id
 * @param failed ids of routes that couldn't be judged
 */
record Destinations(Set<Tier> tiers, Set<String> topics, Map<String, String> addedTags, Set<String> failed) {
    /** Where readings go that no route takes; can't be added to. */
    static final Destinations DEFAULT = new Destinations(
            Collections.unmodifiableSet(EnumSet.of(Tier.WARM, Tier.COLD)), Set.of(), Map.of(), Set.of());

    static Destinations none() {
        return new Destinations(EnumSet.noneOf(Tier.class), new TreeSet<>(), new HashMap<>(), new TreeSet<>());
    }

    void add(CompiledRoute route) {
        tiers.addAll(route.tiers());
        route.topic().ifPresent(topics::add);
        addedTags.putAll(route.addTags());
    }
}
