package io.headrace.control.routes;

import io.headrace.catalogue.Catalogue;
import io.headrace.control.access.Role;
import io.headrace.control.compacted.Table;
import io.headrace.control.history.ReceivedReadings;
import io.headrace.control.history.ReceivedReadings.Asked;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.http.Times;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/routes:test}: where readings would go if a route were there. Nothing is stored. */
public final class RouteTrial {
    private static final Duration LAST = Duration.ofHours(1);
    private static final int MOST = 100_000;

    private final Table<Route> routes;
    private final ReceivedReadings received;
    private final Catalogue catalogue;
    private final Clock clock;

    /**
     * What is tried.
     *
     * @param route in place of the stored one of its id, or beside those that there are
     * @param readings to try it on; null for those that were received last
     * @param from which time of receipt on; null for the last hour
     * @param device of this one alone; null for all
     */
    record Trial(
            @Nullable RouteBody route,
            @Nullable List<Sample> readings,
            @Nullable String from,
            @Nullable String device) {}

    /** A reading, as far as routes look at one; null for none. */
    record Sample(
            @Nullable String device,
            @Nullable String channel,
            @Nullable Map<String, Object> values,
            @Nullable Map<String, String> tags) {}

    public RouteTrial(Table<Route> routes, ReceivedReadings received, Catalogue catalogue, Clock clock) {
        this.routes = routes;
        this.received = received;
        this.catalogue = catalogue;
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        return List.of(Endpoint.of("POST", "/api/v1/routes:test", Role.VIEWER, this::test));
    }

    private Answer test(Call call) {
        Trial trial = call.json(Trial.class);
        RouteBody body = trial.route();
        if (body == null) {
            throw Problem.badRequest("route is missing");
        }
        String id = body.id() == null ? "tried" : body.id();
        TriedRoute tried = new TriedRoute(body.toRoute(id, clock.instant()), routes.values(), catalogue);
        if (trial.readings() == null) {
            return Answer.ok(tried.verdict(takeReceived(trial, tried)));
        }
        trial.readings().forEach(sample -> tried.take(reading(sample)));
        return Answer.ok(tried.verdict(true));
    }

    /** Whether these were all. */
    private boolean takeReceived(Trial trial, TriedRoute tried) {
        Instant now = clock.instant();
        Instant from = trial.from() == null ? now.minus(LAST) : Times.of("from", trial.from());
        try {
            received.read(received.find(new Asked(from, now, Optional.ofNullable(trial.device()))), reading -> {
                tried.take(reading);
                return tried.readings() < MOST;
            });
        } catch (IOException e) {
            throw new UncheckedIOException("counting doesn't fail", e);
        }
        return tried.readings() < MOST;
    }

    private Reading reading(@Nullable Sample sample) {
        if (sample == null) {
            throw Problem.badRequest("readings must be objects, without null");
        }
        Map<String, Object> values = new HashMap<>();
        Map<String, Object> given = sample.values() == null ? Map.of() : sample.values();
        given.forEach((metric, value) -> values.put(metric, value(metric, value)));
        return Reading.newBuilder()
                .setDeviceId(sample.device() == null ? "" : sample.device())
                .setObservedAt(clock.instant())
                .setReceivedAt(clock.instant())
                .setClock(io.headrace.record.Clock.GATEWAY)
                .setOrigin(new Origin(0, 0L, 0))
                .setChannel(sample.channel())
                .setValues(values)
                .setTags(sample.tags() == null ? Map.of() : sample.tags())
                .build();
    }

    private static Object value(String metric, @Nullable Object value) {
        return switch (value) {
            case Integer number -> number.longValue();
            case Long number -> number;
            case Double number -> number;
            case Boolean flag -> flag;
            case String text -> text;
            case null, default ->
                throw Problem.badRequest("values." + metric + " must be a number, a boolean or a text");
        };
    }
}
