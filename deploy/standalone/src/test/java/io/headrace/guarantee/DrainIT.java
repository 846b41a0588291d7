package io.headrace.guarantee;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.headrace.testing.ProcessingGuarantee;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM under load: the gateway takes nothing new, answers what it has taken, says good-bye, and leaves with 0. */
class DrainIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int WINDOW = 50;

    private final ProcessingGuarantee guarantee = new ProcessingGuarantee();

    @TempDir
    Path folder;

    @Test
    void aGatewayThatIsToldToStopAnswersWhatItHasTakenAndTellsItsDevices() throws Exception {
        // Given
        try (GatewayRole gateway = new GatewayRole(folder, List.of("five", "web"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicReference<Throwable> farewell = new AtomicReference<>();
            Future<?> mqtt = threads.submit(() -> publish(gateway.port("mqtt"), farewell));
            Future<?> http = threads.submit(() -> post(gateway.port("http")));
            await().atMost(LIMIT).until(() -> guarantee.acknowledgedMessages() > 2_000);

            // When
            gateway.terminate();

            // Then
            assertThat(gateway.exitCode(LIMIT)).isZero();
            mqtt.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            http.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(farewell.get())
                    .isInstanceOfSatisfying(
                            Mqtt5DisconnectException.class,
                            e -> assertThat(e.getMqttMessage().getReasonCode())
                                    .isEqualTo(Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN));
            int port = gateway.port("mqtt");
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                    .isInstanceOf(ConnectException.class);
            assertThat(guarantee.brokenBy(gateway.stored())).isEmpty();
            assertThat(gateway.output()).doesNotContain("\n\tat ");
        }
    }

    /** As many as the gateway takes, until it says good-bye. */
    private Void publish(int port, AtomicReference<Throwable> farewell) throws InterruptedException {
        Mqtt5AsyncClient client = MqttClient.builder()
                .useMqttVersion5()
                .identifier("five")
                .serverHost("127.0.0.1")
                .serverPort(port)
                .addDisconnectedListener(context -> farewell.compareAndSet(null, context.getCause()))
                .simpleAuth()
                .username("five")
                .password(GatewayRole.KEY.getBytes(UTF_8))
                .applySimpleAuth()
                .buildAsync();
        client.connect().join();
        Semaphore window = new Semaphore(WINDOW);
        for (long number = 1; farewell.get() == null; number++) {
            if (!window.tryAcquire(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("neither an answer nor a good-bye");
            }
            long sent = number;
            guarantee.sending("five", sent);
            client.publishWith()
                    .topic("telemetry")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(("{\"n\":" + sent + "}").getBytes(UTF_8))
                    .send()
                    .whenComplete((result, problem) -> {
                        if (problem == null && result.getError().isEmpty()) {
                            guarantee.acknowledged("five", sent);
                        }
                        window.release();
                    });
        }
        return null;
    }

    /** One after the other, until the gateway answers no more. */
    private Void post(int port) throws InterruptedException {
        String token = Base64.getEncoder().encodeToString(("web:" + GatewayRole.KEY).getBytes(UTF_8));
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (long number = 1; ; number++) {
                guarantee.sending("web", number);
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/telemetry"))
                        .timeout(LIMIT)
                        .header("Authorization", "Basic " + token)
                        .POST(BodyPublishers.ofString("{\"n\":" + number + "}"))
                        .build();
                if (client.send(request, BodyHandlers.discarding()).statusCode() != 202) {
                    return null;
                }
                guarantee.acknowledged("web", number);
            }
        } catch (IOException noAnswer) {
            return null;
        }
    }
}
