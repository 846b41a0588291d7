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
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;

/**
 * A distributed Kafka Connect worker in this JVM, with its REST interface on 127.0.0.1. Its internal topics have one
 * copy; connectors put into it are there again after a restart.
 */
public final class EmbeddedConnect implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(60);

    private final Connect<DistributedHerder> worker;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final int port;

    private EmbeddedConnect(Connect<DistributedHerder> worker, int port) {
        this.worker = worker;
        this.port = port;
    }

    /** On a free port, in the group {@code connect}. */
    public static EmbeddedConnect start(String bootstrapServers, Path plugins) {
        return start(bootstrapServers, plugins, FreePort.next(), Map.of());
    }

    /**
     * Starts the worker and returns when its REST interface answers.
     *
     * @param plugins folder of folders of jars, one per plug-in, as {@code plugin.path} has it
     * @param port of the REST interface
     * @param settings more worker settings, as Connect spells them; they win over those given here
     * @throws NotStartedException where it doesn't come up
     */
    public static EmbeddedConnect start(String bootstrapServers, Path plugins, int port, Map<String, String> settings) {
        leaveTheProcessAlone();
        Map<String, String> all = new HashMap<>(defaults(bootstrapServers, plugins, port));
        all.putAll(settings);
        EmbeddedConnect connect;
        try {
            connect = new EmbeddedConnect(new ConnectDistributed().startConnect(all), port);
        } catch (RuntimeException e) {
            throw new NotStartedException("Kafka Connect on port " + port + " didn't start: " + e.getMessage(), e);
        }
        if (!Patience.until(REQUEST_LIMIT, connect::isReady)) {
            connect.close();
            throw new NotStartedException("Kafka Connect on port " + port + " doesn't answer");
        }
        return connect;
    }

    /** Connect's program exits when it can't start and stops in a shutdown hook; both are this process's own to decide. */
    private static void leaveTheProcessAlone() {
        Exit.setExitProcedure((code, message) -> {
            throw new NotStartedException("Kafka asked for the end of the process, code " + code + ": " + message);
        });
        Exit.setShutdownHookAdder((name, hook) -> {});
    }

    private static Map<String, String> defaults(String bootstrapServers, Path plugins, int port) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("group.id", "connect");
        settings.put("listeners", "http://127.0.0.1:" + port);
        settings.put("rest.advertised.host.name", "127.0.0.1");
        settings.put("rest.advertised.port", Integer.toString(port));
        settings.put("plugin.path", plugins.toAbsolutePath().toString());
        settings.put("plugin.discovery", "service_load");
        settings.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        settings.put("config.storage.topic", "connect-configs");
        settings.put("config.storage.replication.factor", "1");
        settings.put("offset.storage.topic", "connect-offsets");
        settings.put("offset.storage.replication.factor", "1");
        settings.put("offset.storage.partitions", "1");
        settings.put("status.storage.topic", "connect-status");
        settings.put("status.storage.replication.factor", "1");
        settings.put("status.storage.partitions", "1");
        settings.put("connector.client.config.override.policy", "All");
        // a worker that comes back gets its tasks at once: there is no other to wait for
        settings.put("scheduled.rebalance.max.delay.ms", "0");
        settings.put("consumer.isolation.level", "read_committed");
        return settings;
    }

    /** Whether the worker has joined its group and answers. */
    public boolean isReady() {
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
            HttpResponse<String> answer = send(request("/connectors/" + name + "/config")
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString(JSON.writeValueAsString(config)))
                    .build());
            if (answer.statusCode() != 200 && answer.statusCode() != 201) {
                throw new IllegalArgumentException("Kafka Connect refuses the connector " + name + " ("
                        + answer.statusCode() + "): " + message(answer));
            }
        } catch (IOException e) {
            throw new IllegalStateException("Kafka Connect doesn't answer: " + e.getMessage(), e);
        }
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

    /** Stops the tasks, with their last commits, and leaves the group. */
    @Override
    public void close() {
        worker.stop();
        worker.awaitStop();
        http.close();
    }
}
