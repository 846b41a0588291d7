package io.headrace.control.hot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.catalogue.DeviceId;
import io.headrace.control.access.Role;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.http.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Endpoints for what the processors have in them: a device's latest and recent values, how they do themselves, and their rules. */
public final class HotApi implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_MINUTES = 1_000_000;

    private final HotConfig config;
    private final HttpClient client;

    public HotApi(HotConfig config) {
        this.config = config;
        this.client = HttpClient.newBuilder()
                .connectTimeout(config.timeout())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/v1/devices/{id}/latest", Role.VIEWER, this::latest),
                Endpoint.of("GET", "/api/v1/devices/{id}/recent", Role.VIEWER, this::recent),
                Endpoint.of("GET", "/api/v1/system/topology", Role.VIEWER, call -> ask("/topology")),
                Endpoint.of("GET", "/api/v1/rules:failures", Role.VIEWER, call -> failures()));
    }

    /** Over all instances. */
    private Answer failures() {
        HttpResponse<byte[]> response = response("/rules-failures");
        if (response.statusCode() == 404) {
            throw Problem.conflict("these processors don't say: rules and hot must be among their fragments");
        }
        return Answer.ok(RuleFailures.merged(json(accepted(response, "/rules-failures"))));
    }

    private JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UnavailableException(config.processors() + " answered no JSON", e);
        }
    }

    private Answer latest(Call call) {
        return ask("/hot/" + device(call) + "/latest" + (mayBeStale(call) ? "?stale=true" : ""));
    }

    private Answer recent(Call call) {
        int minutes = call.query("minutes", 60, 1, MAX_MINUTES);
        return ask("/hot/" + device(call) + "/recent?metric=" + encoded(call.query("metric")) + "&minutes=" + minutes
                + (mayBeStale(call) ? "&stale=true" : ""));
    }

    /** Whether a copy that may be behind is better than none. */
    private static boolean mayBeStale(Call call) {
        return call.findQuery("stale").map(Boolean::parseBoolean).orElse(false);
    }

    private static String device(Call call) {
        String id = call.path("id");
        if (!DeviceId.isValid(id)) {
            throw Problem.notFound("no device has such an id");
        }
        return encoded(id);
    }

    private Answer ask(String path) {
        HttpResponse<byte[]> response = response(path);
        if (response.statusCode() == 404) {
            throw Problem.notFound("the processors have no values of this device or metric");
        }
        return new Answer.Content("application/json", accepted(response, path), "no-store");
    }

    private HttpResponse<byte[]> response(String path) {
        String base = config.processors().toString();
        URI uri = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
        try {
            return client.send(
                    HttpRequest.newBuilder(uri).timeout(config.timeout()).build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UnavailableException(config.processors() + " doesn't answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while asking " + config.processors(), e);
        }
    }

    private byte[] accepted(HttpResponse<byte[]> response, String path) {
        return switch (response.statusCode()) {
            case 200 -> response.body();
            case 503 -> throw Problem.unavailable("the processors: " + detail(response.body()));
            default ->
                throw new UnavailableException(
                        config.processors() + " answered " + response.statusCode() + " to " + path);
        };
    }

    private static String detail(byte[] problem) {
        try {
            return JSON.readTree(problem).path("detail").asText("not now");
        } catch (IOException noJson) {
            return "not now";
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.close();
    }
}
