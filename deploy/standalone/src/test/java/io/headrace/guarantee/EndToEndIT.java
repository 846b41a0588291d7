package io.headrace.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.headrace.cli.Commands;
import io.headrace.cli.ExitCode;
import io.headrace.client.ApiException;
import io.headrace.testing.ProcessingGuarantee;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a foreign MQTT client to rows in both stores, and through a clean stop and a start on the same data; from what a
 * machine measures to what it is told to do; and out of everything again.
 */
class EndToEndIT {
    private static final int MESSAGES = 50;

    private final ProcessingGuarantee guarantee = new ProcessingGuarantee();

    @TempDir
    Path folder;

    @Test
    void whatAForeignMqttClientPublishesIsInBothStoresAndIsThereAfterARestart() throws Exception {
        // Given
        UpProcess up = UpProcess.start(folder);
        try (Overheating overheating = new Overheating()) {
            String key = up.newDevice("sensor-1");

            // When
            publish(up, key);

            // Then
            requireStored(up);
            requireOneTable(up);
            requireBackTest(up);
            JsonNode letters =
                    up.api().get("/api/v1/dead-letters?reason=MALFORMED_JSON").path("deadLetters");
            assertThat(letters).hasSize(1);
            assertThat(letters.get(0).path("device").asText()).isEqualTo("sensor-1");

            // When it is stopped in order and started again
            assertThat(up.stop()).isZero();
            up.configure(overheating.settings());
            up.restart();

            // Then
            requireStored(up);
            assertThat(up.api().get("/api/v1/devices/sensor-1").path("status").asText())
                    .isEqualTo("enabled");
            overheating.stopsTheMachine(up);

            // When it is erased, and everything is killed in the middle of that
            up.api().post("/api/v1/devices/sensor-1:erase");
            up.kill();
            up.restart();

            // Then nothing of it is left, and the account adds up
            requireErased(up);
            assertThat(up.stop()).isZero();
        } finally {
            up.end();
        }
    }

    private void publish(UpProcess up, String key) throws Exception {
        try (MqttClient client =
                new MqttClient("tcp://127.0.0.1:" + up.port(1883), "sensor-1", new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setUserName("sensor-1");
            options.setPassword(key.toCharArray());
            client.connect(options);
            for (int number = 1; number <= MESSAGES; number++) {
                guarantee.sending("sensor-1", number);
                client.publish("telemetry/room", ("{\"n\":" + number + "}").getBytes(StandardCharsets.UTF_8), 1, false);
                guarantee.acknowledged("sensor-1", number);
            }
            client.publish("telemetry", "{\"n\":".getBytes(StandardCharsets.UTF_8), 2, false);
            client.disconnect();
        }
    }

    private static void requireErased(UpProcess up) throws Exception {
        JsonNode proof = await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> up.api().get("/api/v1/erasures/sensor-1"),
                        erasure -> erasure.path("state").asText().equals("done"));
        assertThat(proof.path("places")).hasSize(2).allSatisfy(place -> {
            assertThat(place.path("erased").asInt()).isGreaterThanOrEqualTo(MESSAGES);
            assertThat(place.path("left").asInt()).isZero();
        });
        assertThat(StoredMessages.inPostgres(up)).isEmpty();
        assertThat(StoredMessages.inIceberg(up)).isEmpty();
        assertThatThrownBy(() -> up.api().get("/api/v1/devices/sensor-1")).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> up.api().get("/api/v1/devices/sensor-1/latest"))
                .isInstanceOf(ApiException.class);
        JsonNode account = up.api().get("/api/v1/reconcile?full=true");
        assertThat(account.path("balanced").asBoolean()).as(account.toString()).isTrue();
    }

    private static void requireOneTable(UpProcess up) throws Exception {
        List<String> lines = new ArrayList<>();
        JsonNode query =
                JsonNodeFactory.instance.objectNode().put("sql", "SELECT count(*) FROM readings WHERE metric = 'n'");
        up.api().lines("/api/v1/query", query, lines::add);
        assertThat(lines).contains("[" + MESSAGES + "]");
    }

    /** A rule that isn't stored would have raised one alert, whichever of the stores its history comes from. */
    private void requireBackTest(UpProcess up) throws Exception {
        Path rule = Files.writeString(
                folder.resolve("rule.yaml"), "{id: high, check: {kind: threshold, metric: n, above: 45}}");
        for (String source : List.of("kafka", "warm", "cold", "auto")) {
            Commands.Said said = Commands.run(
                    "rule",
                    "test",
                    "-f",
                    rule.toString(),
                    "--from",
                    "1h",
                    "--source",
                    source,
                    "--at-most",
                    "0",
                    "--output",
                    "json",
                    "--url",
                    "http://127.0.0.1:" + up.port(8090),
                    "--data",
                    up.data().toString());
            assertThat(said.code()).as(said.err()).isEqualTo(ExitCode.FAILED.code());
            JsonNode result = new ObjectMapper().readTree(said.out());
            assertThat(result.path("readings").asInt()).as(source).isEqualTo(MESSAGES);
            assertThat(result.at("/tried/first")).singleElement().satisfies(alert -> {
                assertThat(alert.path("device").asText()).isEqualTo("sensor-1");
                assertThat(alert.path("message").asText()).isEqualTo("n is 46, above 45");
                assertThat(alert.at("/values/n/greatest").asInt()).isEqualTo(MESSAGES);
            });
            assertThat(result.has("inForce")).isFalse();
            assertThat(result.at("/raised/alerts").asInt()).isZero();
        }
    }

    private void requireStored(UpProcess up) {
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    assertThat(StoredMessages.inPostgres(up)).hasSize(MESSAGES);
                    assertThat(guarantee.brokenBy(StoredMessages.inPostgres(up)))
                            .isEmpty();
                    assertThat(StoredMessages.inIceberg(up)).hasSize(MESSAGES);
                    assertThat(guarantee.brokenBy(StoredMessages.inIceberg(up))).isEmpty();
                });
    }
}
