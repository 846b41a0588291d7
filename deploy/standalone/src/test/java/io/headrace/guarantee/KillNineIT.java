package io.headrace.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import io.headrace.testing.ProcessingGuarantee;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guarantee of the whole: what a device was told is stored stays stored, once and in order. */
class KillNineIT {
    private static final int MESSAGES_EACH = 1_500;
    private static final int DEVICES = 4;

    private final ProcessingGuarantee guarantee = new ProcessingGuarantee();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private UpProcess up;

    @AfterEach
    void endProcess() throws InterruptedException {
        if (up != null) {
            up.end();
        }
    }

    @Test
    void noAcknowledgedMessageIsLostOrStoredTwiceWhenProcessesAreKilledInTheMiddleOfALoad() throws Exception {
        // Given a load over MQTT and HTTP
        up = UpProcess.start(folder);
        try (ExecutorService threads = Executors.newFixedThreadPool(DEVICES)) {
            List<Future<?>> loads = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                String device = "device-" + i;
                String key = up.newDevice(device);
                Load.Link.Opener opener =
                        i % 2 == 0 ? () -> new MqttLink(device, key) : () -> new HttpLink(device, key);
                loads.add(threads.submit(new Load(device, MESSAGES_EACH, guarantee, opener)));
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> guarantee.acknowledgedMessages() > 1_000);

            // When
            up.kill();
            up.restart();
            Process more = up.moreProcessors();
            more.destroyForcibly();
            assertThat(more.waitFor(20, TimeUnit.SECONDS)).isTrue();

            // Then everybody gets through
            for (Future<?> load : loads) {
                load.get(4, TimeUnit.MINUTES);
            }
        }
        assertThat(guarantee.acknowledgedMessages()).isEqualTo(DEVICES * MESSAGES_EACH);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    assertThat(StoredMessages.inPostgres(up)).hasSize(DEVICES * MESSAGES_EACH);
                    assertThat(StoredMessages.inIceberg(up)).hasSize(DEVICES * MESSAGES_EACH);
                });
        assertThat(guarantee.brokenBy(StoredMessages.inPostgres(up))).isEmpty();
        assertThat(guarantee.brokenBy(StoredMessages.inIceberg(up))).isEmpty();
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    JsonNode reconciled = Accounts.agreed(up);
                    assertThat(reconciled.path("balanced").asBoolean())
                            .as("%s", reconciled)
                            .isTrue();
                    for (JsonNode sink : reconciled.path("sinks")) {
                        assertThat(sink.path("stored").asInt()).as("%s", sink).isEqualTo(DEVICES * MESSAGES_EACH);
                        assertThat(sink.path("pending").asInt()).isZero();
                    }
                    assertThat(reconciled.path("sinks")).hasSize(2);
                    assertThat(reconciled.path("pending").asLong()).isZero();
                    assertThat(reconciled.path("open").asLong()).isZero();
                    assertThat(reconciled.path("stored").asLong()).isEqualTo(DEVICES * MESSAGES_EACH);
                });
        aReadingThatIsThereTwiceIsNamedByBothAccounts();
        assertThat(up.stop()).isZero();
    }

    /** What must never be is made to be: the accounts can fail. */
    private void aReadingThatIsThereTwiceIsNamedByBothAccounts() throws Exception {
        String origin = Accounts.doubleAReading(up);
        for (String path : List.of("/api/v1/reconcile", "/api/v1/reconcile?full=true")) {
            JsonNode failed = up.api().get(path);
            assertThat(failed.path("balanced").asBoolean()).isFalse();
            assertThat(failed.path("problems").toString())
                    .contains("READING_TWICE")
                    .contains("\"partition\":" + origin.split(":", -1)[0] + ",\"offset\":" + origin.split(":", -1)[1]);
        }
    }

    private final class MqttLink implements Load.Link {
        private final Mqtt5AsyncClient client;

        MqttLink(String device, String key) throws Exception {
            client = MqttClient.builder()
                    .useMqttVersion5()
                    .identifier(device)
                    .serverHost("127.0.0.1")
                    .serverPort(up.port(1883))
                    .simpleAuth()
                    .username(device)
                    .password(key.getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth()
                    .buildAsync();
            client.connect().get(10, TimeUnit.SECONDS);
        }

        @Override
        public CompletableFuture<Void> send(long number) {
            return client.publishWith()
                    .topic("telemetry")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload(number))
                    .contentType("application/json")
                    .userProperties()
                    .add("message-id", "m-" + number)
                    .applyUserProperties()
                    .send()
                    .thenAccept(result -> result.getError().ifPresent(error -> {
                        throw new IllegalStateException(error);
                    }));
        }

        @Override
        public void close() {
            try {
                client.disconnect().get(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException alreadyGone) {
                // as after a kill
            }
        }
    }

    /** One request at a time: over HTTP, order is the order of the answers. */
    private final class HttpLink implements Load.Link {
        private final String authorization;
        private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

        HttpLink(String device, String key) {
            authorization = "Basic "
                    + Base64.getEncoder().encodeToString((device + ":" + key).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public CompletableFuture<Void> send(long number) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + up.port(8080) + "/v1/telemetry"))
                    .timeout(Duration.ofSeconds(15))
                    .header("Authorization", authorization)
                    .header("Content-Type", "application/json")
                    .header("Message-Id", "m-" + number)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(payload(number)))
                    .build();
            last = last.thenCompose(sent -> http.sendAsync(request, BodyHandlers.ofString()))
                    .thenAccept(answer -> {
                        if (answer.statusCode() != 202) {
                            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
                        }
                    });
            return last;
        }

        @Override
        public void close() {
            // the client keeps its connections
        }
    }

    private static byte[] payload(long number) {
        return ("{\"n\":" + number + "}").getBytes(StandardCharsets.UTF_8);
    }
}
