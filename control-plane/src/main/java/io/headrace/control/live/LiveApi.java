package io.headrace.control.live;

import io.headrace.control.access.Role;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Json;
import io.headrace.control.http.Problem;
import io.headrace.control.live.EventHub.Event;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Endpoints that show what is going on: system, events and a device's windows. */
public final class LiveApi {
    private final LiveView view;

    /**
     * By metric, size and start.
     *
     * @param metrics of the device that have results, whatever was asked for
     */
    record Windows(String device, List<String> metrics, List<WindowView> aggregates) {}

    public LiveApi(LiveView view) {
        this.view = view;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/v1/system", Role.VIEWER, call -> Answer.ok(view.system(true))),
                Endpoint.of("GET", "/api/v1/stream", Role.VIEWER, this::stream),
                Endpoint.of("GET", "/api/v1/devices/{id}/aggregates", Role.VIEWER, this::aggregates));
    }

    private Answer stream(Call call) {
        view.events().requireRoom();
        return new Answer.Events(sink -> view.events().feed(sink, new Event("system", Json.text(view.system(false)))));
    }

    private Answer aggregates(Call call) {
        String device = call.path("id");
        return Answer.ok(new Windows(
                device,
                view.windows().metrics(device),
                view.windows()
                        .of(
                                device,
                                call.findQuery("metric"),
                                call.findQuery("size").map(LiveApi::size))));
    }

    private static Duration size(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw Problem.badRequest("size must be a duration of ISO 8601, such as PT1M");
        }
    }
}
