package io.headrace.demo;

import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** MQTT 5, QoS 1. */
final class Mqtt5Connection implements Connection {
    private static final long TIMEOUT_S = 30;

    private final Mqtt5AsyncClient client;

    private Mqtt5Connection(Mqtt5AsyncClient client) {
        this.client = client;
    }

    /** @throws NotAcceptedException where the gateway refuses the device */
    static Mqtt5Connection open(MqttClientBuilder builder, String device, String key) {
        Mqtt5AsyncClient client = builder.useMqttVersion5()
                .simpleAuth()
                .username(device)
                .password(key.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildAsync();
        Mqtt3Connection.await(
                client.connectWith().cleanStart(true).keepAlive(120).send(), device);
        return new Mqtt5Connection(client);
    }

    @Override
    public CompletionStage<Void> send(Outgoing message) {
        Mqtt5PublishBuilder.Complete publish = Mqtt5Publish.builder()
                .topic("telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(message.payload())
                .contentType(message.contentType().orElse(null))
                .userProperties(properties(message));
        if (message.expiresInSeconds().isPresent()) {
            publish = publish.messageExpiryInterval(message.expiresInSeconds().get());
        }
        return client.publish(publish.build())
                .orTimeout(TIMEOUT_S, TimeUnit.SECONDS)
                .thenAccept(result -> result.getError().ifPresent(error -> {
                    throw new NotAcceptedException("publish not acknowledged: " + error);
                }));
    }

    private static Mqtt5UserProperties properties(Outgoing message) {
        List<Mqtt5UserProperty> properties = new ArrayList<>();
        message.messageId().ifPresent(id -> properties.add(Mqtt5UserProperty.of("message-id", id)));
        message.deviceTime()
                .ifPresent(time ->
                        properties.add(Mqtt5UserProperty.of("device-time", Long.toString(time.toEpochMilli()))));
        return Mqtt5UserProperties.of(properties);
    }

    @Override
    public int window() {
        return 64;
    }

    @Override
    public void close() {
        Mqtt3Connection.await(client.disconnect(), "disconnect");
    }
}
