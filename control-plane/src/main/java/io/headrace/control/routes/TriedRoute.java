package io.headrace.control.routes;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.OriginHeader;
import io.headrace.condition.Condition;
import io.headrace.condition.InvalidConditionException;
import io.headrace.control.http.Problem;
import io.headrace.record.Reading;
import io.headrace.record.Route;
import io.headrace.route.CompiledRoute;
import io.headrace.route.Destinations;
import io.headrace.route.RouteBook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts where readings go, without a route and with it. For one thread. */
final class TriedRoute {
    private static final int EXAMPLES = 5;
    private static final String NOWHERE = "nowhere";

    private final Catalogue catalogue;
    private final Condition condition;
    private final RouteBook now;
    private final RouteBook then;
    private final Map<String, Long> goNow = new TreeMap<>();
    private final Map<String, Long> goThen = new TreeMap<>();
    private final List<Example> examples = new ArrayList<>();
    private long readings;
    private long matched;
    private long failed;

    /**
     * What was found.
     *
     * @param readings that were looked at
     * @param complete whether these are all
     * @param matched of them by the route's own condition
     * @param failed for which it can't be judged
     * @param now how many go where by the routes that there are: tiers, topics, and {@value #NOWHERE}
     * @param then how many would go where with the route
     * @param examples the first ones that matched
     */
    record Verdict(
            long readings,
            boolean complete,
            long matched,
            long failed,
            Map<String, Long> now,
            Map<String, Long> then,
            List<Example> examples) {}

    record Example(String device, Instant observedAt, String origin, Map<String, Object> values) {}

    /**
     * @param stored all routes
     * @throws Problem (400) where the condition can't be
     */
    TriedRoute(Route route, Collection<Route> stored, Catalogue catalogue) {
        this.catalogue = catalogue;
        Map<String, Route> all = new TreeMap<>();
        stored.forEach(each -> all.put(each.getId(), each));
        this.now = book(all.values());
        all.put(route.getId(), Route.newBuilder(route).setEnabled(true).build());
        this.then = book(all.values());
        try {
            this.condition = Condition.compile(route.getCondition());
        } catch (InvalidConditionException e) {
            throw Problem.badRequest("condition " + e.getMessage());
        }
    }

    /** As the processors have it: what doesn't compile is out of force. */
    private RouteBook book(Collection<Route> routes) {
        List<CompiledRoute> compiled = new ArrayList<>();
        boolean broken = false;
        for (Route route : routes) {
            if (route.getEnabled()) {
                try {
                    Optional<String> topic = Optional.ofNullable(route.getTopic())
                            .filter(Catalogue::isRouteName)
                            .map(name -> catalogue.routed(name).name());
                    compiled.add(CompiledRoute.of(route, topic));
                } catch (InvalidConditionException invalid) {
                    broken = true;
                }
            }
        }
        return RouteBook.of(compiled, broken);
    }

    void take(Reading reading) {
        readings++;
        count(now.decide(reading), goNow);
        count(then.decide(reading), goThen);
        switch (condition.judge(Condition.variables(reading))) {
            case YES -> {
                matched++;
                if (examples.size() < EXAMPLES) {
                    examples.add(new Example(
                            reading.getDeviceId(),
                            reading.getObservedAt(),
                            OriginHeader.ofMessage(reading.getOrigin()),
                            new TreeMap<>(reading.getValues())));
                }
            }
            case FAILED -> failed++;
            case NO, ABSENT -> {}
        }
    }

    private static void count(Destinations destinations, Map<String, Long> go) {
        destinations.tiers().keySet().forEach(tier -> go.merge(tier.name().toLowerCase(Locale.ROOT), 1L, Long::sum));
        destinations.topics().forEach(topic -> go.merge(topic, 1L, Long::sum));
        if (destinations.tiers().isEmpty() && destinations.topics().isEmpty()) {
            go.merge(NOWHERE, 1L, Long::sum);
        }
    }

    long readings() {
        return readings;
    }

    Verdict verdict(boolean complete) {
        return new Verdict(readings, complete, matched, failed, goNow, goThen, List.copyOf(examples));
    }
}
