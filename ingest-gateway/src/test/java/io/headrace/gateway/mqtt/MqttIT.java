package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MqttIT {
    private final MqttServer server = MqttServer.start(Map.of());

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void hivemq3PublishesAtEachQos(MqttQos qos) {
        Mqtt3BlockingClient client = Mqtt3Client.builder()
                .identifier("d1")
                .serverHost("127.0.0.1")
                .serverPort(server.port())
                .simpleAuth()
                .username("d1")
                .password("k1".getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
        client.connect();
        for (int i = 0; i < 10; i++) {
            client.publishWith()
                    .topic("telemetry")
                    .qos(qos)
                    .payload(("m" + i).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        client.disconnect();
        await().untilAsserted(() -> assertThat(server.ingest.messages()).hasSize(10));
    }
}
