package io.headrace.route;

import io.headrace.condition.Condition;
import io.headrace.condition.InvalidConditionException;
import io.headrace.record.Route;
import io.headrace.record.Tier;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * A route ready to judge readings.
 *
 * @param fallback whether it is asked only where no other route matched
 * @param tiers each with how long it keeps the readings, 0 for as long as it keeps any
 * @param topic full name of the topic to copy into
 */
public record CompiledRoute(
        String id,
        boolean fallback,
        Condition condition,
        Map<Tier, Integer> tiers,
        Optional<String> topic,
        Map<String, String> addTags) {

    private static final int MOST = 100_000_000;

    public CompiledRoute {
        tiers = Map.copyOf(tiers);
        addTags = Map.copyOf(addTags);
    }

    /** @param topic full name of the topic that the route names */
    public static CompiledRoute of(Route route, Optional<String> topic) throws InvalidConditionException {
        return new CompiledRoute(
                route.getId(),
                route.getFallback(),
                Condition.compile(route.getCondition()),
                tiers(route),
                topic,
                route.getAddTags());
    }

    /** What whoever wrote past the control plane let in and is no length of time means nothing. */
    private static Map<Tier, Integer> tiers(Route route) {
        Map<Tier, Integer> tiers = new EnumMap<>(Tier.class);
        for (Tier tier : route.getTiers()) {
            int keep = route.getKeep().getOrDefault(tier.name(), 0);
            tiers.put(tier, keep > 0 && keep < MOST ? keep : 0);
        }
        return tiers;
    }
}
