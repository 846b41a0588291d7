package io.headrace.streams.route;

import io.headrace.condition.Condition;
import io.headrace.condition.InvalidConditionException;
import io.headrace.record.Route;
import io.headrace.record.Tier;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route ready to judge readings.
 *
 * @param fallback whether it is asked only where no other route matched
 * @param topic full name of the topic to copy into
 */
record CompiledRoute(
        String id,
        boolean fallback,
        Condition condition,
        List<Tier> tiers,
        Optional<String> topic,
        Map<String, String> addTags) {

    CompiledRoute {
        tiers = List.copyOf(tiers);
        addTags = Map.copyOf(addTags);
    }

    /** @param topic full name of the topic that the route names */
    static CompiledRoute of(Route route, Optional<String> topic) throws InvalidConditionException {
        return new CompiledRoute(
                route.getId(),
                route.getFallback(),
                Condition.compile(route.getCondition()),
                route.getTiers(),
                topic,
                route.getAddTags());
    }
}
