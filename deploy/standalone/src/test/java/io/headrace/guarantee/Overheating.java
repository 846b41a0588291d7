package io.headrace.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.record.CommandResult;
import io.headrace.record.CommandStatus;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.wire.AvroDeserializer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * A press that heats up while it runs and cools down once it is told to stop; people are told of both by e-mail. Press, mail
 * server and reader of topics are foreign to the hub.
 */
final class Overheating implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String PRESS = "press-1";

    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();

    Overheating() {
        mail.start();
    }

    /** Of {@code up}, by which its mails come here. */
    String settings() {
        return """
                connect.email.host = 127.0.0.1
                connect.email.sender = Headrace <headrace@x.example>
                connect.email.settings.smtp.port = %d
                connect.email.settings.smtp.security = none
                """.formatted(mail.getSmtp().getPort());
    }

    void stopsTheMachine(UpProcess up) throws Exception {
        // Given
        JsonNode rule = JSON.readTree("""
                {"check": {"kind": "threshold", "metric": "temperature", "above": 90, "hysteresis": 10},
                 "severity": "critical",
                 "target": {"devices": ["press-1"]},
                 "actions": [{"command": {"name": "stop", "payload": {"why": "${message}", "at": "${value}"}}},
                             {"on": ["raised", "cleared"], "email": {"to": ["shift@x.example"]}}]}""");
        up.api().put("/api/v1/rules/overheating", rule);
        String key = up.newDevice(PRESS);
        try (MqttClient press = new MqttClient("tcp://127.0.0.1:" + up.port(1883), PRESS, new MemoryPersistence())) {
            connect(press, key);

            // When
            String command = runUntilCommanded(press);
            press.publish(command.substring(0, command.indexOf(' ')) + "/result", answer());
            coolDown(press);

            // Then
            assertThat(command)
                    .matches("commands/overheating:raised:[0-9a-f]{32} \\{\"why\":\"temperature.*\"at\":9\\d.*}");
            requireResults(up, command.substring("commands/".length(), command.indexOf(' ')));
            requireCleared(up);
            await().atMost(LIMIT).until(() -> mail.getReceivedMessages().length >= 2);
            assertThat(mail.getReceivedMessages())
                    .extracting(each -> each.getSubject().split("]")[0])
                    .containsExactly("[CRITICAL", "[cleared");
            assertThat(commands).as("more than one command").isEmpty();
            press.disconnect();
        }
    }

    private void connect(MqttClient press, String key) throws Exception {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName(PRESS);
        options.setPassword(key.toCharArray());
        press.connect(options);
        press.subscribe("commands/+", 1, (topic, message) -> commands.add(topic + " " + text(message)));
    }

    private static String text(MqttMessage message) {
        return new String(message.getPayload(), StandardCharsets.UTF_8);
    }

    private static MqttMessage answer() {
        MqttMessage answer = new MqttMessage("{\"stopped\": true}".getBytes(StandardCharsets.UTF_8));
        answer.setQos(1);
        return answer;
    }

    /** The rule takes a second until it is in force: the press stays hot until somebody stops it. */
    private String runUntilCommanded(MqttClient press) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (double temperature = 60; System.nanoTime() < end; temperature = Math.min(99, temperature + 3)) {
            publish(press, temperature);
            String command = commands.poll(100, TimeUnit.MILLISECONDS);
            if (command != null) {
                return command;
            }
        }
        throw new AssertionError("nobody has stopped the press");
    }

    private static void coolDown(MqttClient press) throws Exception {
        for (double temperature = 95; temperature > 60; temperature -= 10) {
            publish(press, temperature);
        }
    }

    private static void publish(MqttClient press, double temperature) throws Exception {
        byte[] payload = ("{\"temperature\": " + temperature + "}").getBytes(StandardCharsets.UTF_8);
        press.publish("telemetry", payload, 1, false);
    }

    private static void requireResults(UpProcess up, String command) throws Exception {
        Topic<CommandResult> topic = new Catalogue("", Sizing.STANDALONE).commandResults();
        URI registry = URI.create("http://127.0.0.1:" + up.port(8081) + "/apis/ccompat/v7");
        AvroDeserializer<CommandResult> values =
                new AvroDeserializer<>(topic, new RegistryClient(RegistryConfig.of(registry)));
        Map<String, Object> settings =
                Map.of("bootstrap.servers", "127.0.0.1:" + up.port(9092), "isolation.level", "read_committed");
        try (KafkaConsumer<String, CommandResult> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), values)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(each -> new TopicPartition(topic.name(), each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<CommandStatus> statuses = new ArrayList<>();
            await().atMost(LIMIT).until(() -> {
                for (ConsumerRecord<String, CommandResult> each : consumer.poll(Duration.ofMillis(200))) {
                    assertThat(each.key()).isEqualTo(PRESS);
                    assertThat(each.value().getCommandId()).isEqualTo(command);
                    statuses.add(each.value().getStatus());
                }
                return statuses.contains(CommandStatus.SUCCEEDED);
            });
        }
    }

    private static void requireCleared(UpProcess up) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(
                                up.api().get("/api/v1/alerts?device=" + PRESS).path("alerts"))
                        .singleElement()
                        .satisfies(alert ->
                                assertThat(alert.path("state").asText()).isEqualTo("cleared")));
    }

    @Override
    public void close() {
        mail.stop();
    }
}
