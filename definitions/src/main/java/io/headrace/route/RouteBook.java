package io.headrace.route;

import io.headrace.condition.Condition;
import io.headrace.record.Reading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The routes in force at one moment, and the decision by them. A reading never falls through a fault: where a route is
 * broken or can't be judged and nothing else takes the reading, the default does.
 *
 * @param routes asked first, in the order of their ids
 * @param fallbacks asked where none of those matched
 * @param broken whether there are routes that didn't compile
 */
public record RouteBook(List<CompiledRoute> routes, List<CompiledRoute> fallbacks, boolean broken) {
    /** Without any route: all readings warm and cold. */
    public static final RouteBook EMPTY = new RouteBook(List.of(), List.of(), false);

    /** @param compiled in the order of their ids */
    public static RouteBook of(Collection<CompiledRoute> compiled, boolean broken) {
        List<CompiledRoute> routes = new ArrayList<>();
        List<CompiledRoute> fallbacks = new ArrayList<>();
        for (CompiledRoute route : compiled) {
            (route.fallback() ? fallbacks : routes).add(route);
        }
        return new RouteBook(List.copyOf(routes), List.copyOf(fallbacks), broken);
    }

    public Destinations decide(Reading reading) {
        if (routes.isEmpty() && fallbacks.isEmpty()) {
            return Destinations.DEFAULT;
        }
        Destinations destinations = Destinations.none();
        Map<String, Object> variables = Condition.variables(reading);
        boolean matched = collect(routes, variables, destinations) || collect(fallbacks, variables, destinations);
        if (!matched && (broken || !destinations.failed().isEmpty())) {
            destinations.tiers().putAll(Destinations.DEFAULT.tiers());
        }
        return destinations;
    }

    private static boolean collect(
            List<CompiledRoute> candidates, Map<String, Object> variables, Destinations destinations) {
        boolean matched = false;
        for (CompiledRoute route : candidates) {
            switch (route.condition().judge(variables)) {
                case YES -> {
                    destinations.add(route);
                    matched = true;
                }
                case NO, ABSENT -> {}
                case FAILED -> destinations.failed().add(route.id());
            }
        }
        return matched;
    }
}
