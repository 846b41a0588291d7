package io.headrace.sinks.webhook;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Origin;
import io.headrace.record.Severity;
import io.headrace.sinks.ConnectRig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The webhook sink as it is shipped: its template, its plug-in folder, a worker that is restarted in the middle. */
class WebhookSinkIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private ConnectRig rig;
    private HttpServer server;
    private final List<String> taken = Collections.synchronizedList(new ArrayList<>());
    /** Status by the alert's number. */
    private volatile IntUnaryOperator answers = number -> 200;

    @BeforeEach
    void start() throws Exception {
        rig = new ConnectRig(folder);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String text = new ObjectMapper()
                    .readTree(exchange.getRequestBody().readAllBytes())
                    .path("text")
                    .textValue();
            int status = answers.applyAsInt(Integer.parseInt(text.substring(text.indexOf('#') + 1)));
            if (status == 200) {
                taken.add(text);
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    @AfterEach
    void stop() {
        server.stop(0);
        rig.close();
    }

    private void raise(int from, int to) {
        for (int i = from; i < to; i++) {
            String device = "press-" + i % 3;
            rig.send(
                    CATALOGUE.alerts(),
                    device,
                    Alert.newBuilder()
                            .setId("hot-" + i)
                            .setDeviceId(device)
                            .setRuleId("hot")
                            .setSeverity(Severity.CRITICAL)
                            .setState(AlertState.RAISED)
                            .setRaisedAt(NOON)
                            .setReceivedAt(NOON)
                            .setMessage("#" + i)
                            .setOrigin(new Origin(0, (long) i, 0))
                            .build());
        }
        rig.flush();
    }

    @Test
    void everyAlertArrivesInOrderWhateverTheTargetAndTheWorkerDoAndPoisonGoesToTheDeadLetters() throws Exception {
        // Given
        Map<String, String> connector = rig.template(
                "webhook",
                Map.of(
                        "webhook.name",
                        "ops",
                        "webhook.topic",
                        CATALOGUE.alerts().name(),
                        "webhook.url",
                        "http://127.0.0.1:" + server.getAddress().getPort()));
        connector.putAll(Map.of(
                "allow.plain.http", "true",
                "allow.private.addresses", "true",
                "retry.backoff.ms", "100",
                "retry.backoff.max.ms", "200",
                "consumer.override.auto.offset.reset", "earliest",
                "template", "{\"text\": \"${device_id} ${message}\"}"));
        rig.connect().put("webhook-ops", connector);

        // When: poison among the first, then the target is away, the worker is restarted, and the target comes back
        answers = number -> number == 4 ? 422 : 200;
        raise(0, 30);
        await().atMost(LIMIT).until(() -> taken.size() >= 29);
        answers = number -> 503;
        raise(30, 60);
        rig.restartWorker();
        answers = number -> 200;

        // Then
        await().atMost(LIMIT).until(() -> taken.stream().distinct().count() == 59);
        for (int device = 0; device < 3; device++) {
            String name = "press-" + device + " ";
            assertThat(taken.stream()
                            .filter(text -> text.startsWith(name))
                            .distinct()
                            .map(WebhookSinkIT::number))
                    .isSorted();
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rig.read("sink.webhook-ops.dlq"))
                        .singleElement()
                        .satisfies(dead -> assertThat(new String(
                                        dead.headers()
                                                .lastHeader("__connect.errors.exception.message")
                                                .value(),
                                        StandardCharsets.UTF_8))
                                .isEqualTo("REJECTED_BY_TARGET: HTTP 422")));
        assertThat(rig.connect().status("webhook-ops")).isEqualTo("RUNNING");
    }

    private static int number(String text) {
        return Integer.parseInt(text.substring(text.indexOf('#') + 1));
    }
}
