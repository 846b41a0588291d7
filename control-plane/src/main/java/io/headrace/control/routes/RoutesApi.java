package io.headrace.control.routes;

import io.headrace.control.access.Role;
import io.headrace.control.audit.Audit;
import io.headrace.control.compacted.Table;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.record.Route;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Endpoints under {@code /api/v1/routes}. */
public final class RoutesApi {
    private static final String ALL = "/api/v1/routes";
    private static final String ONE = ALL + "/{id}";
    private static final int MAX_ROUTES = 500;

    private final Table<Route> table;
    private final Audit audit;
    private final Clock clock;
    private final ReentrantLock changing = new ReentrantLock();

    /** All routes, by id. */
    record Listing(List<RouteBody> routes) {}

    public RoutesApi(Table<Route> table, Audit audit, Clock clock) {
        this.table = table;
        this.audit = audit;
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", ALL, Role.VIEWER, this::list),
                Endpoint.of("GET", ONE, Role.VIEWER, call -> Answer.ok(RouteBody.of(route(call.path("id"))))),
                Endpoint.of("PUT", ONE, Role.OPERATOR, this::put),
                Endpoint.of("DELETE", ONE, Role.OPERATOR, this::delete));
    }

    private Answer list(Call call) {
        return Answer.ok(new Listing(table.values().stream().map(RouteBody::of).toList()));
    }

    private Answer put(Call call) {
        String id = call.path("id");
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Route route = call.json(RouteBody.class).toRoute(id, now);
        changing.lock();
        try {
            Optional<Route> before = table.find(id);
            if (before.isEmpty() && table.values().size() >= MAX_ROUTES) {
                throw Problem.conflict("there are " + MAX_ROUTES + " routes already: each costs every reading time");
            }
            RouteBody shown = RouteBody.of(route);
            audit.record(call.caller(), "route.put", id, Map.of("route", shown));
            table.put(id, route);
            return before.isPresent() ? Answer.ok(shown) : Answer.created(ALL + "/" + id, shown);
        } finally {
            changing.unlock();
        }
    }

    private Answer delete(Call call) {
        String id = call.path("id");
        changing.lock();
        try {
            RouteBody was = RouteBody.of(route(id));
            audit.record(call.caller(), "route.delete", id, Map.of("route", was));
            table.remove(id);
            return new Answer.Nothing();
        } finally {
            changing.unlock();
        }
    }

    private Route route(String id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("there is no route of this id"));
    }
}
