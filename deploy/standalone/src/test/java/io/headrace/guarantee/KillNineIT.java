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
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guarantee of the whole: what a device was told is stored stays stored, once and in order. Everything is killed once
 * in the suite; {@code -Dheadrace.kills=20} does it again and again, in any order and at any time, which
 * {@code -Dheadrace.kills.seed} repeats.
 */
class KillNineIT {
    private static final int ROUNDS = Integer.getInteger("headrace.kills", 1);
    private static final long SEED = Long.getLong("headrace.kills.seed", System.nanoTime());
    private static final long MESSAGES_EACH = ROUNDS == 1 ? 1_500 : 1L << 40;
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
        Random random = new Random(SEED);
        try (ExecutorService threads = Executors.newFixedThreadPool(DEVICES)) {
            List<Load> loads = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                String device = "device-" + i;
                String key = up.newDevice(device);
                Load.Link.Opener opener =
                        i % 2 == 0 ? () -> new MqttLink(device, key) : () -> new HttpLink(device, key);
                loads.add(new Load(device, MESSAGES_EACH, guarantee, opener));
            }
            List<Future<?>> ends = new ArrayList<>();
            loads.forEach(load -> ends.add(threads.submit(load)));

            // When
            for (int round = 1; round <= ROUNDS; round++) {
                awaitAcknowledged(1_000, Duration.ofMillis(ROUNDS == 1 ? 0 : random.nextInt(6_000)));
                up.killAll(random);
                up.restart();
                Process more = up.moreProcessors();
                more.destroyForcibly();
                assertThat(more.waitFor(20, TimeUnit.SECONDS)).isTrue();
                System.out.printf(
                        "killed %d of %d times, seed %d, %d acknowledged%n",
                        round, ROUNDS, SEED, guarantee.acknowledgedMessages());
            }

            // Then everybody gets through
            if (ROUNDS > 1) {
                loads.forEach(Load::finish);
            }
            for (Future<?> end : ends) {
                end.get(4, TimeUnit.MINUTES);
            }
        }
        int all = Math.toIntExact(guarantee.acknowledgedMessages());
        await().atMost(Duration.ofMinutes(1 + ROUNDS))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    assertThat(StoredMessages.inPostgres(up)).hasSize(all);
                    assertThat(StoredMessages.inIceberg(up)).hasSize(all);
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
                        assertThat(sink.path("stored").asInt()).as("%s", sink).isEqualTo(all);
                        assertThat(sink.path("pending").asInt()).isZero();
                    }
                    assertThat(reconciled.path("sinks")).hasSize(2);
                    assertThat(reconciled.path("pending").asLong()).isZero();
                    assertThat(reconciled.path("open").asLong()).isZero();
                    assertThat(reconciled.path("stored").asLong()).isEqualTo(all);
                });
        aReadingThatIsThereTwiceIsNamedByBothAccounts();
        assertThat(up.stop()).isZero();
    }

    /** Until so many more are, and for some time of a load. */
    private void awaitAcknowledged(long more, Duration time) {
        long before = guarantee.acknowledgedMessages();
        await().atMost(Duration.ofMinutes(2))
                .during(time)
                .until(() -> guarantee.acknowledgedMessages() > before + more);
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
