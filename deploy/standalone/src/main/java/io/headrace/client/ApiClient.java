package io.headrace.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A client of the control plane's API. Every method throws {@link ApiException} where it refuses or is away. */
public final class ApiClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final URI base;
    private final String token;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    public ApiClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /** Path of the API from parts that are encoded, and a query from the pairs that have a value. */
    public static String path(String fixed, Map<String, String> query) {
        String pairs = query.entrySet().stream()
                .filter(pair -> !pair.getValue().isEmpty())
                .map(pair -> pair.getKey() + "=" + encoded(pair.getValue()))
                .collect(Collectors.joining("&"));
        return pairs.isEmpty() ? fixed : fixed + "?" + pairs;
    }

    /** One segment of a path. */
    public static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public JsonNode get(String path) {
        return send("GET", path, BodyPublishers.noBody());
    }

    public JsonNode post(String path, JsonNode body) {
        return send("POST", path, BodyPublishers.ofString(body.toString()));
    }

    public JsonNode post(String path) {
        return send("POST", path, BodyPublishers.noBody());
    }

    public JsonNode put(String path, JsonNode body) {
        return send("PUT", path, BodyPublishers.ofString(body.toString()));
    }

    public JsonNode patch(String path, JsonNode body) {
        return send("PATCH", path, BodyPublishers.ofString(body.toString()));
    }

    public void delete(String path) {
        send("DELETE", path, BodyPublishers.noBody());
    }

    private JsonNode send(String method, String path, BodyPublisher body) {
        HttpRequest request = request(method, path, body);
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() / 100 == 2) {
                return answer.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(answer.body());
            }
            throw refused(answer.statusCode(), answer.body());
        } catch (JsonProcessingException e) {
            throw new ApiException(0, base + " answered no JSON: is it the control plane?");
        } catch (IOException e) {
            throw new ApiException(0, base + " doesn't answer: is it up?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(0, "interrupted");
        }
    }

    /** Gives the lines of an answer to a GET as they come, until there are no more. */
    public void lines(String path, Consumer<String> line) {
        lines(request("GET", path, BodyPublishers.noBody()), line);
    }

    /** Gives the lines of an answer to a POST as they come, until there are no more. */
    public void lines(String path, JsonNode body, Consumer<String> line) {
        lines(request("POST", path, BodyPublishers.ofString(body.toString())), line);
    }

    private void lines(HttpRequest request, Consumer<String> line) {
        try {
            HttpResponse<Stream<String>> answer = http.send(request, BodyHandlers.ofLines());
            try (Stream<String> lines = answer.body()) {
                if (answer.statusCode() / 100 != 2) {
                    throw refused(answer.statusCode(), lines.collect(Collectors.joining("\n")));
                }
                lines.forEach(line);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ApiException(0, base + " doesn't answer, or not to the end: is it up?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(0, "interrupted");
        }
    }

    private HttpRequest request(String method, String path, BodyPublisher body) {
        return HttpRequest.newBuilder(resolved(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body)
                .build();
    }

    private URI resolved(String path) {
        try {
            return base.resolve(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a path of the API: " + path, e);
        }
    }

    private static ApiException refused(int status, String body) {
        String detail;
        try {
            detail = JSON.readTree(body).path("detail").asText("");
        } catch (JsonProcessingException notProblemJson) {
            detail = "";
        }
        return new ApiException(status, "refused (" + status + ")" + (detail.isEmpty() ? "" : ": " + detail));
    }
}
