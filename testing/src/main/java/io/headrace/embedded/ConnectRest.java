package io.headrace.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The REST interface of a Kafka Connect worker on 127.0.0.1. */
public final class ConnectRest implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final int port;

    ConnectRest(int port) {
        this.port = port;
    }

    /** Whether the worker has joined its group and answers. */
    boolean isReady() {
        try {
            return get("/connectors").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * Creates a connector or gives it another configuration.
     *
     * @throws IllegalArgumentException with Connect's own words where it refuses the configuration
     */
    public void put(String name, Map<String, String> config) {
        try {
            HttpResponse<String> answer = sendConfig("/connectors/" + name + "/config", config);
            if (answer.statusCode() != 200 && answer.statusCode() != 201) {
                throw new IllegalArgumentException("Kafka Connect refuses the connector " + name + " ("
                        + answer.statusCode() + "): " + message(answer));
            }
        } catch (IOException e) {
            throw new IllegalStateException("Kafka Connect doesn't answer: " + e.getMessage(), e);
        }
    }

    /**
     * Class to version of every plug-in that the worker has found: connectors, converters, transforms, predicates and the
     * rest.
     */
    public Map<String, String> plugins() {
        Map<String, String> plugins = new TreeMap<>();
        try {
            for (JsonNode plugin :
                    JSON.readTree(get("/connector-plugins?connectorsOnly=false").body())) {
                plugins.put(
                        plugin.path("class").asText(), plugin.path("version").asText());
            }
            return plugins;
        } catch (IOException e) {
            throw new IllegalStateException("Kafka Connect doesn't answer: " + e.getMessage(), e);
        }
    }

    /** Key to what is wrong with it, in what a connector of this class would be given; empty where all is right. */
    public Map<String, String> faults(String connectorClass, Map<String, String> config) {
        Map<String, String> faults = new TreeMap<>();
        try {
            HttpResponse<String> answer =
                    sendConfig("/connector-plugins/" + connectorClass + "/config/validate", config);
            if (answer.statusCode() != 200) {
                throw new IllegalArgumentException(
                        "Kafka Connect doesn't validate (" + answer.statusCode() + "): " + message(answer));
            }
            for (JsonNode each : JSON.readTree(answer.body()).path("configs")) {
                JsonNode value = each.path("value");
                if (!value.path("errors").isEmpty()) {
                    faults.put(value.path("name").asText(), value.path("errors").toString());
                }
            }
            return faults;
        } catch (IOException e) {
            throw new IllegalStateException("Kafka Connect doesn't answer: " + e.getMessage(), e);
        }
    }

    private HttpResponse<String> sendConfig(String path, Map<String, String> config) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(JSON.writeValueAsString(config)))
                .build());
    }

    /**
     * State of a connector and its tasks: {@code RUNNING}, {@code FAILED: <why>} for the first that failed,
     * {@code UNASSIGNED} or {@code PAUSED}; {@code MISSING} where there is none, or no task yet.
     */
    public String status(String name) {
        try {
            HttpResponse<String> answer = get("/connectors/" + name + "/status");
            return answer.statusCode() == 200 ? summary(JSON.readTree(answer.body())) : "MISSING";
        } catch (IOException e) {
            return "UNASSIGNED";
        }
    }

    private static String summary(JsonNode status) {
        String state = status.at("/connector/state").asText();
        if (state.equals("FAILED")) {
            return "FAILED: " + firstLine(status.at("/connector/trace").asText());
        }
        String slowest = status.path("tasks").isEmpty() ? "MISSING" : state;
        for (JsonNode task : status.path("tasks")) {
            String taskState = task.path("state").asText();
            if (taskState.equals("FAILED")) {
                return "FAILED: " + firstLine(task.path("trace").asText());
            }
            slowest = taskState.equals("RUNNING") ? slowest : taskState;
        }
        return slowest;
    }

    /** Removes a connector; one that isn't there is no error. */
    public void delete(String name) {
        try {
            send(request("/connectors/" + name).DELETE().build());
        } catch (IOException e) {
            throw new IllegalStateException("Kafka Connect doesn't answer: " + e.getMessage(), e);
        }
    }

    /** Base of the REST interface. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url().resolve(path)).timeout(REQUEST_LIMIT);
    }

    private HttpResponse<String> get(String path) throws IOException {
        return send(request(path).GET().build());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String message(HttpResponse<String> answer) {
        try {
            return firstLine(JSON.readTree(answer.body()).path("message").asText(answer.body()));
        } catch (JsonProcessingException notJson) {
            return firstLine(answer.body());
        }
    }

    private static String firstLine(String text) {
        return String.join(" ", text.lines().limit(3).toList());
    }

    @Override
    public void close() {
        http.close();
    }
}
