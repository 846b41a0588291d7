package io.headrace.control.routes;

import io.headrace.control.definitions.Kind;
import io.headrace.record.Route;
import java.time.Instant;

/** Where readings go. */
public final class RouteKind implements Kind<Route, RouteBody> {
    @Override
    public String name() {
        return "route";
    }

    @Override
    public Class<RouteBody> body() {
        return RouteBody.class;
    }

    @Override
    public Route record(RouteBody body, String id, Instant now) {
        return body.toRoute(id, now);
    }

    @Override
    public RouteBody shown(Route route) {
        return RouteBody.of(route);
    }
}
