package io.headrace.demo;

import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** MQTT 3.1.1, QoS 1: it can say nothing beside the payload. */
final class Mqtt3Connection implements Connection {
    private static final long TIMEOUT_S = 30;

    private final Mqtt3AsyncClient client;

    private Mqtt3Connection(Mqtt3AsyncClient client) {
        this.client = client;
    }

    /** @throws NotAcceptedException where the gateway refuses the device */
    static Mqtt3Connection open(MqttClientBuilder builder, String device, String key) {
        Mqtt3AsyncClient client = builder.useMqttVersion3()
                .simpleAuth()
                .username(device)
                .password(key.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildAsync();
        await(client.connectWith().cleanSession(true).keepAlive(120).send(), device);
        return new Mqtt3Connection(client);
    }

    @Override
    public CompletionStage<Void> send(Outgoing message) {
        return client.publishWith()
                .topic("telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(message.payload())
                .send()
                .orTimeout(TIMEOUT_S, TimeUnit.SECONDS)
                .thenAccept(acknowledged -> {});
    }

    static <T> void await(CompletableFuture<T> future, String what) {
        try {
            future.get(TIMEOUT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotAcceptedException(what + ": interrupted");
        } catch (ExecutionException e) {
            throw new NotAcceptedException(what + ": " + e.getCause());
        } catch (TimeoutException e) {
            throw new NotAcceptedException(what + ": no answer within " + TIMEOUT_S + " s");
        }
    }

    @Override
    public int window() {
        return 64;
    }

    @Override
    public void close() {
        await(client.disconnect(), "disconnect");
    }
}
