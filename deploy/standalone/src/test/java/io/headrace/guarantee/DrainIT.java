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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.DeliveryState;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.Tracker;
import org.apache.qpid.protonj2.client.exceptions.ClientConnectionRemotelyClosedException;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.eclipse.californium.core.CoapClient;
import org.eclipse.californium.core.CoapResponse;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.MediaTypeRegistry;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.exception.ConnectorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM under load: the gateway takes nothing new, answers what it has taken, says good-bye, and leaves with 0. */
class DrainIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int WINDOW = 50;
    private static final List<String> STREAMS = List.of("h2-0", "h2-1", "h2-2", "h2-3");
    /** GOAWAY's first answer: it takes whatever is on its way. */
    private static final int ALL_STREAMS = Integer.MAX_VALUE;

    private final ProcessingGuarantee guarantee = new ProcessingGuarantee();
    /** Devices that have been answered. */
    private final Map<String, Boolean> answered = new ConcurrentHashMap<>();

    @TempDir
    Path folder;

    @Test
    void aGatewayThatIsToldToStopAnswersWhatItHasTakenAndTellsItsDevices() throws Exception {
        // Given
        List<String> devices = new ArrayList<>(List.of("five", "web", "amqp", "coap"));
        devices.addAll(STREAMS);
        try (GatewayRole gateway = new GatewayRole(folder, devices);
                Http2Devices http2 =
                        new Http2Devices(gateway.port("http"), STREAMS, GatewayRole.KEY, new Http2Account());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicReference<Throwable> farewell = new AtomicReference<>();
            Future<?> mqtt = threads.submit(() -> publish(gateway.port("mqtt"), farewell));
            Future<?> http = threads.submit(() -> post(gateway.port("http")));
            Future<Throwable> amqp = threads.submit(() -> sendByAmqp(gateway.port("amqp")));
            Future<?> coap = threads.submit(() -> postByCoap(gateway.port("coap")));
            await().atMost(LIMIT).until(() -> answered.keySet().containsAll(devices));
            await().atMost(LIMIT).until(() -> guarantee.acknowledgedMessages() > 2_000);

            // When
            gateway.terminate();

            // Then
            assertThat(gateway.exitCode(LIMIT)).isZero();
            mqtt.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            http.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            coap.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(amqp.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ClientConnectionRemotelyClosedException.class)
                    .hasMessageContaining("amqp:connection:forced");
            assertThat(farewell.get())
                    .isInstanceOfSatisfying(
                            Mqtt5DisconnectException.class,
                            e -> assertThat(e.getMqttMessage().getReasonCode())
                                    .isEqualTo(Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN));
            assertThat(http2.isClosedWithin(LIMIT.toSeconds())).isTrue();
            assertThat(http2.farewells())
                    .hasSizeGreaterThan(1)
                    .startsWith(ALL_STREAMS)
                    .doesNotContain(-1);
            assertThat(http2.unanswered()).isEmpty();
            assertThat(http2.refusals()).isEmpty();
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
                            acknowledged("five", sent);
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
                acknowledged("web", number);
            }
        } catch (IOException noAnswer) {
            return null;
        }
    }

    private final class Http2Account implements Http2Devices.Account {
        @Override
        public void sending(String device, long number) {
            guarantee.sending(device, number);
        }

        @Override
        public void acknowledged(String device, long number) {
            DrainIT.this.acknowledged(device, number);
        }
    }

    private void acknowledged(String device, long number) {
        guarantee.acknowledged(device, number);
        answered.put(device, true);
    }

    /** A window at a time, until the gateway says good-bye; what it said. */
    private Throwable sendByAmqp(int port) throws ClientException {
        AtomicReference<Throwable> farewell = new AtomicReference<>();
        ConnectionOptions options = new ConnectionOptions()
                .user("amqp")
                .password(GatewayRole.KEY)
                .disconnectedHandler((connection, event) -> farewell.compareAndSet(null, event.failureCause()));
        try (Client client = Client.create();
                Connection connection = client.connect("127.0.0.1", port, options);
                Sender sender = connection.openSender("telemetry")) {
            Deque<Tracker> window = new ArrayDeque<>();
            long number = 0;
            long oldest = 1;
            while (farewell.get() == null) {
                try {
                    while (window.size() < WINDOW) {
                        number++;
                        guarantee.sending("amqp", number);
                        window.add(sender.send(Message.create(("{\"n\":" + number + "}").getBytes(UTF_8))));
                    }
                    window.element().awaitSettlement(LIMIT.toSeconds(), TimeUnit.SECONDS);
                } catch (ClientException over) {
                    await().atMost(LIMIT).until(() -> farewell.get() != null);
                }
                while (!window.isEmpty() && isAccepted(window.element())) {
                    window.remove();
                    acknowledged("amqp", oldest);
                    oldest++;
                }
            }
        }
        return farewell.get();
    }

    private static boolean isAccepted(Tracker tracker) {
        DeliveryState state = tracker.remoteState();
        return state != null && state.isAccepted();
    }

    /** One after the other, until the gateway takes no more. */
    private Void postByCoap(int port) throws IOException {
        CoapConfig.register();
        CoapEndpoint endpoint = CoapEndpoint.builder()
                .setConfiguration(Configuration.createStandardWithoutFile())
                .build();
        String key = GatewayRole.KEY.replace("=", "%3D");
        CoapClient client = new CoapClient("coap://127.0.0.1:" + port + "/v1/telemetry?device=coap&password=" + key);
        client.setEndpoint(endpoint);
        client.setTimeout(LIMIT.toMillis());
        try {
            for (long number = 1; ; number++) {
                guarantee.sending("coap", number);
                CoapResponse response = client.post("{\"n\":" + number + "}", MediaTypeRegistry.APPLICATION_JSON);
                if (response == null || response.getCode() != ResponseCode.CHANGED) {
                    return null;
                }
                acknowledged("coap", number);
            }
        } catch (ConnectorException over) {
            return null;
        } finally {
            client.shutdown();
            endpoint.destroy();
        }
    }
}
