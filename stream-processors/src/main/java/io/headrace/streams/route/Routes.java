package io.headrace.streams.route;

import io.headrace.catalogue.Catalogue;
import io.headrace.condition.InvalidConditionException;
import io.headrace.record.Route;
import io.headrace.route.CompiledRoute;
import io.headrace.route.RouteBook;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of a hub, live: one thread changes them, all others read the book of the moment. A route whose condition
 * doesn't compile is out of force until it is mended, and said once.
 */
final class Routes {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private final Catalogue catalogue;
    private final RoutedTopics topics;
    private final RouteMeters meters;
    private final Map<String, Optional<CompiledRoute>> byId = new TreeMap<>();
    private volatile RouteBook book = RouteBook.EMPTY;

    Routes(Catalogue catalogue, RoutedTopics topics, RouteMeters meters) {
        this.catalogue = catalogue;
        this.topics = topics;
        this.meters = meters;
    }

    RouteBook book() {
        return book;
    }

    /** @param route null where it was deleted */
    synchronized void change(String id, @Nullable Route route) {
        if (route == null || !route.getEnabled()) {
            byId.remove(id);
        } else {
            byId.put(id, compile(route));
        }
        boolean broken = byId.values().stream().anyMatch(Optional::isEmpty);
        book = RouteBook.of(byId.values().stream().flatMap(Optional::stream).toList(), broken);
        meters.routes(byId.size(), (int)
                byId.values().stream().filter(Optional::isEmpty).count());
    }

    private Optional<CompiledRoute> compile(Route route) {
        try {
            return Optional.of(CompiledRoute.of(route, topic(route)));
        } catch (InvalidConditionException invalid) {
            LOG.warn(
                    "route {} is out of force, its condition doesn't compile: {}", route.getId(), invalid.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> topic(Route route) {
        String name = route.getTopic();
        if (name == null) {
            return Optional.empty();
        }
        if (!Catalogue.isRouteName(name)) {
            LOG.warn("route {} copies nothing: a topic can't have the name it gives", route.getId());
            return Optional.empty();
        }
        var topic = catalogue.routed(name);
        topics.ensure(topic);
        return Optional.of(topic.name());
    }
}
