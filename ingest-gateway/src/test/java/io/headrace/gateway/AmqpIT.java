package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.identity.TestDevices;
import io.headrace.record.CommandStatus;
import io.headrace.record.DeviceStatus;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.DeliveryMode;
import org.apache.qpid.protonj2.client.DeliveryState;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.OutputStreamOptions;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.apache.qpid.protonj2.client.StreamSender;
import org.apache.qpid.protonj2.client.StreamSenderMessage;
import org.apache.qpid.protonj2.client.Tracker;
import org.apache.qpid.protonj2.client.exceptions.ClientConnectionRemotelyClosedException;
import org.apache.qpid.protonj2.client.exceptions.ClientConnectionSecuritySaslException;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.apache.qpid.protonj2.client.exceptions.ClientLinkRemotelyClosedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole gateway on a real broker, seen by AMQP clients that we did not write: Qpid's for Java, and rhea. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AmqpIT {
    private static final long SECONDS = 30;
    private static final ReceiverOptions UNSETTLED =
            new ReceiverOptions().creditWindow(5).autoAccept(false);
    private static final List<String> CUT = List.of("cut-1", "cut-2", "cut-3");

    private final TestCertificates certificates = new TestCertificates();
    private final Client client = Client.create();
    private TestHub hub;
    private TlsGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        hub = new TestHub(folder.resolve("kafka"));
        hub.register(
                "off",
                TestDevices.withKey("off", KEY).setStatus(DeviceStatus.DISABLED).build());
        hub.register(
                "certified",
                TestDevices.device("certified").setCertificateAuthority(true).build());
        for (String device : List.of(
                "plain", "tls", "rhea", "rhea-tls", "streams", "patient", "settling", "worker", "rhea-worker")) {
            hub.register(device, TestDevices.withKey(device, KEY).build());
        }
        for (String device : CUT) {
            hub.register(device, TestDevices.withKey(device, KEY).build());
        }
        for (DeliveryMode mode : DeliveryMode.values()) {
            hub.register(mode.name(), TestDevices.withKey(mode.name(), KEY).build());
        }
        gateway = new TlsGateway(folder, hub, certificates);
    }

    @AfterAll
    void stop() {
        client.close();
        gateway.close();
        hub.close();
    }

    private List<ConsumerRecord<String, byte[]>> raw(String device) {
        return hub.raw().stream().filter(record -> device.equals(record.key())).toList();
    }

    private List<String> payloads(String device) {
        return raw(device).stream().map(TestHub::text).toList();
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(i -> "{\"n\":" + i + "}").toList();
    }

    private Connection connect(String device, String key) throws ClientException {
        return connect(new ConnectionOptions().user(device).password(key), "amqp");
    }

    private Connection connect(ConnectionOptions options, String protocol) throws ClientException {
        return client.connect("localhost", gateway.port(protocol), options);
    }

    private static Message<byte[]> message(String payload) throws ClientException {
        return Message.create(payload.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource(DeliveryMode.class)
    void messagesAreStoredInTheirOrder(DeliveryMode mode) throws Exception {
        String device = mode.name();
        List<Tracker> trackers = new ArrayList<>();
        try (Connection connection = connect(device, KEY);
                Sender sender = connection.openSender("telemetry/boiler", new SenderOptions().deliveryMode(mode))) {
            for (String payload : numbers(1_000)) {
                trackers.add(sender.send(message(payload).contentType("application/json")));
            }
            for (Tracker tracker : trackers) {
                tracker.awaitSettlement(SECONDS, TimeUnit.SECONDS);
            }
        }

        if (mode == DeliveryMode.AT_MOST_ONCE) {
            await().untilAsserted(() -> assertThat(raw(device)).hasSize(1_000));
        } else {
            assertThat(trackers).allMatch(tracker -> tracker.remoteState().getType() == DeliveryState.Type.ACCEPTED);
        }
        assertThat(payloads(device)).containsExactlyElementsOf(numbers(1_000));
        assertThat(raw(device)).allSatisfy(record -> {
            assertThat(Headers.find(record.headers(), Headers.PROTOCOL)).contains("amqp");
            assertThat(Headers.find(record.headers(), Headers.CHANNEL)).contains("boiler");
            assertThat(Headers.find(record.headers(), Headers.CONTENT_TYPE)).contains("application/json");
        });
    }

    @Test
    void aKeyIsADeviceOverTls() throws Exception {
        ConnectionOptions options = new ConnectionOptions().user("tls").password(KEY);
        options.sslOptions().sslEnabled(true).sslContextOverride(tls(null));

        try (Connection connection = connect(options, "amqps");
                Sender sender = connection.openSender("/telemetry")) {
            sender.send(message("1")).awaitAccepted(SECONDS, TimeUnit.SECONDS);
        }

        assertThat(payloads("tls")).containsExactly("1");
    }

    @Test
    void aClientCertificateIsADevice() throws Exception {
        TestCertificates.Identity identity = certificates.device("CN=certified");
        ConnectionOptions options = new ConnectionOptions();
        options.sslOptions().sslEnabled(true).sslContextOverride(tls(identity));
        options.saslOptions().addAllowedMechanism("EXTERNAL");

        try (Connection connection = connect(options, "amqps");
                Sender sender = connection.openSender("telemetry")) {
            sender.send(message("1")).awaitAccepted(SECONDS, TimeUnit.SECONDS);
        }

        assertThat(payloads("certified")).containsExactly("1");
    }

    private SSLContext tls(TestCertificates.@Nullable Identity identity) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        if (identity != null) {
            keys.setKeyEntry("device", identity.key(), new char[0], new Certificate[] {
                identity.certificate(), certificates.authority()
            });
        }
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), gateway.trust().getTrustManagers(), null);
        return context;
    }

    @Test
    void largeMessagesComeInManyFrames() throws Exception {
        byte[] payload = new byte[200_000];
        new Random(1).nextBytes(payload);
        ConnectionOptions small =
                new ConnectionOptions().user("streams").password(KEY).maxFrameSize(4096);
        try (Connection connection = connect(small, "amqp");
                StreamSender sender = connection.openStreamSender("telemetry")) {
            StreamSenderMessage message = sender.beginMessage();
            message.contentType("application/octet-stream");
            try (var body = message.body(new OutputStreamOptions().bodyLength(payload.length))) {
                for (int from = 0; from < payload.length; from += 1_000) {
                    body.write(payload, from, 1_000);
                    body.flush();
                }
            }
            message.tracker().awaitAccepted(SECONDS, TimeUnit.SECONDS);
        }

        assertThat(raw("streams"))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).isEqualTo(payload));
    }

    @Test
    void whatIsTooLargeIsRejectedAndTheNextIsTaken() throws Exception {
        try (Connection connection = connect("settling", KEY);
                Sender sender = connection.openSender("telemetry")) {
            Tracker tooLarge = sender.send(Message.create(new byte[300_000]));
            Tracker next = sender.send(message("1"));
            tooLarge.awaitSettlement(SECONDS, TimeUnit.SECONDS);
            next.awaitAccepted(SECONDS, TimeUnit.SECONDS);

            assertThat(tooLarge.remoteState().getType()).isEqualTo(DeliveryState.Type.REJECTED);
        }
        assertThat(payloads("settling")).containsExactly("1");
    }

    @Test
    void wrongCredentialsAndAddressesAreRefused() throws Exception {
        assertThatThrownBy(() -> open(connect("nobody", KEY)))
                .isInstanceOf(ClientConnectionSecuritySaslException.class);
        assertThatThrownBy(() -> open(connect("off", KEY))).isInstanceOf(ClientConnectionSecuritySaslException.class);
        try (Connection connection = connect("plain", KEY)) {
            assertThatThrownBy(() -> connection
                            .openSender("devices/off/messages/events")
                            .openFuture()
                            .get(SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ClientLinkRemotelyClosedException.class)
                    .hasMessageContaining("amqp:unauthorized-access");
            assertThatThrownBy(() -> connection
                            .openReceiver("commands/plain")
                            .openFuture()
                            .get(SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ClientLinkRemotelyClosedException.class);
        }
    }

    private static void open(Connection connection) throws Throwable {
        try {
            connection.openFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        } finally {
            connection.closeAsync();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rheaIsStoredInItsOrder(boolean isTls) throws Exception {
        assumeThat(Rhea.isInstalled()).as("rhea from npm").isTrue();
        String device = isTls ? "rhea-tls" : "rhea";

        Npm.Ended ended = Rhea.send(
                new ForeignClient.Target(
                        gateway.port(isTls ? "amqps" : "amqp"), isTls, device, KEY, gateway.ca(), gateway.trust()),
                numbers(500));

        assertThat(ended).isEqualTo(new Npm.Ended(0, "{\"accepted\":500,\"released\":0,\"rejected\":0}"));
        assertThat(payloads(device)).containsExactlyElementsOf(numbers(500));
        assertThat(raw(device).getFirst()).satisfies(record -> {
            assertThat(Headers.find(record.headers(), Headers.MESSAGE_ID)).contains("m-0");
            assertThat(Headers.find(record.headers(), Headers.PROPERTY_PREFIX + "site"))
                    .contains("north");
            assertThat(Headers.find(record.headers(), Headers.CHANNEL)).contains("rhea");
        });
    }

    /** Before it connects and after, over a connection that ends unsettled; each is done once, or expires once. */
    @Test
    void commandsReachTheirDeviceUntilItHasAnswered() throws Exception {
        Duration enough = Duration.ofMinutes(2);
        hub.command("worker", "early", "{\"n\":1}", enough);
        try (Connection connection = connect("worker", KEY)) {
            Receiver receiver = connection.openReceiver("commands", UNSETTLED);
            Delivery early = next(receiver, "early");
            assertThat(early.message().subject()).isEqualTo("open");
            assertThat(early.message().replyTo()).isEqualTo("commands/results");
            assertThat(early.message().body()).isEqualTo("{\"n\":1}".getBytes(StandardCharsets.UTF_8));
            early.accept();
            Sender answers = connection.openSender("commands/results");
            answer(answers, "early", "{\"status\":\"failed\"}").awaitAccepted(SECONDS, TimeUnit.SECONDS);
            answer(answers, "early", "{\"status\":\"succeeded\"}").awaitAccepted(SECONDS, TimeUnit.SECONDS);
            Tracker none = answer(answers, "none", "x").awaitSettlement(SECONDS, TimeUnit.SECONDS);
            assertThat(none.remoteState().getType()).isEqualTo(DeliveryState.Type.REJECTED);
            hub.command("worker", "late", "x".repeat(60_000), enough);
            next(receiver, "late");
        }
        ConnectionOptions small =
                new ConnectionOptions().user("worker").password(KEY).maxFrameSize(1024);
        try (Connection connection = connect(small, "amqp")) {
            Receiver receiver = connection.openReceiver("commands", UNSETTLED);
            next(receiver, "late").release();
            Delivery late = next(receiver, "late");
            assertThat((byte[]) late.message().body()).hasSize(60_000);
            late.accept();
            Sender answers = connection.openSender("commands/results");
            answer(answers, "late", "done").awaitAccepted(SECONDS, TimeUnit.SECONDS);
            hub.command("worker", "refused", "2", enough);
            next(receiver, "refused").reject("device:jam", "the valve is stuck");
            hub.command("worker", "never", "3", Duration.ofSeconds(1));
            next(receiver, "never").accept();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(hub.results("worker", "never"))
                            .containsExactly(CommandStatus.DELIVERED, CommandStatus.EXPIRED));
            assertThat(receiver.tryReceive()).isNull();
        }
        assertThat(hub.results("worker", "early")).containsExactly(CommandStatus.DELIVERED, CommandStatus.FAILED);
        assertThat(hub.results("worker", "late")).containsExactly(CommandStatus.DELIVERED, CommandStatus.SUCCEEDED);
        assertThat(hub.results("worker", "refused")).containsExactly(CommandStatus.FAILED);
    }

    private static Delivery next(Receiver receiver, String id) throws ClientException {
        Delivery delivery = Objects.requireNonNull(receiver.receive(SECONDS, TimeUnit.SECONDS), "no command came");
        assertThat(delivery.message().messageId()).isEqualTo(id);
        assertThat(delivery.message().correlationId()).isEqualTo(id);
        return delivery;
    }

    private static Tracker answer(Sender answers, String commandId, String body) throws ClientException {
        return answers.send(message(body).correlationId(commandId));
    }

    @Test
    void rheaReceivesItsCommandsAndAnswersThem() throws Exception {
        assumeThat(Rhea.isInstalled()).as("rhea from npm").isTrue();
        List<String> ids = List.of("c-1", "c-2", "c-3");
        for (String id : ids) {
            hub.command("rhea-worker", id, "{\"of\":\"" + id + "\"}", Duration.ofMinutes(2));
        }

        Npm.Ended ended = Rhea.work(gateway.port("amqp"), "rhea-worker", KEY, ids.size());

        assertThat(ended)
                .isEqualTo(new Npm.Ended(
                        0, "open c-1 {\"of\":\"c-1\"} open c-2 {\"of\":\"c-2\"} open c-3 {\"of\":\"c-3\"}"));
        for (String id : ids) {
            await().untilAsserted(() -> assertThat(hub.results("rhea-worker", id))
                    .containsExactlyInAnyOrder(CommandStatus.DELIVERED, CommandStatus.SUCCEEDED));
        }
    }

    @Test
    void noiseOnEitherPortHarmsNobody() throws Exception {
        Random random = new Random(4);
        byte[] header = {'A', 'M', 'Q', 'P', 3, 1, 0, 0};
        try (Traces traces = new Traces()) {
            for (int i = 0; i < 100; i++) {
                byte[] noise = new byte[8 + random.nextInt(300)];
                random.nextBytes(noise);
                if (i % 4 < 2) {
                    System.arraycopy(header, 0, noise, 0, header.length);
                }
                try (Wire wire = Wire.open(gateway.port(i % 2 == 0 ? "amqp" : "amqps"))) {
                    wire.send(noise);
                } catch (SocketException cutOff) {
                    assertThat(cutOff).as("nobody listens").isNotInstanceOf(ConnectException.class);
                }
            }
            assertThat(traces.complaints()).isEmpty();
        }

        try (Connection connection = connect("plain", KEY);
                Sender sender = connection.openSender("telemetry")) {
            sender.send(message("1")).awaitAccepted(SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Several, since a busy machine may be late with one: then with another it isn't. */
    @Test
    void aDisabledDeviceIsCutOffWithinASecond() throws Exception {
        List<Duration> took = new ArrayList<>();
        for (String device : CUT) {
            took.add(cutOff(device));
        }

        assertThat(took).anyMatch(each -> each.compareTo(Duration.ofSeconds(1)) < 0);
    }

    /** From the change of the registration to the client's end. */
    private Duration cutOff(String device) throws Exception {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        ConnectionOptions options = new ConnectionOptions()
                .user(device)
                .password(KEY)
                .disconnectedHandler((connection, event) -> end.complete(event.failureCause()));
        try (Connection connection = connect(options, "amqp")) {
            open(connection, SECONDS);
            long before = System.nanoTime();

            hub.register(
                    device,
                    TestDevices.withKey(device, KEY)
                            .setStatus(DeviceStatus.DISABLED)
                            .build());

            assertThat(end.get(SECONDS, TimeUnit.SECONDS))
                    .isInstanceOf(ClientConnectionRemotelyClosedException.class)
                    .hasMessageContaining("amqp:unauthorized-access");
            return Duration.ofNanos(System.nanoTime() - before);
        }
    }

    private static void open(Connection connection, long seconds) throws Exception {
        connection.openFuture().get(seconds, TimeUnit.SECONDS);
    }

    @Test
    void nothingIsAcceptedWhileKafkaIsAwayAndAllOfItAfterwards() throws Exception {
        AtomicInteger accepted = new AtomicInteger();
        List<String> payloads = numbers(300);
        hub.command("settling", "held", "{}", Duration.ofMinutes(5));
        try (Connection connection = connect("settling", KEY)) {
            next(connection.openReceiver("commands", UNSETTLED), "held");
            Sender answers = connection.openSender("commands/results");
            hub.stopBroker();
            Thread device = Thread.ofVirtual().start(() -> sendUntilAccepted("patient", payloads, accepted));
            Tracker held = answer(answers, "held", "{}");
            try {
                await().during(Duration.ofSeconds(3))
                        .atMost(Duration.ofSeconds(6))
                        .until(() -> accepted.get() == 0 && !held.remoteSettled());
            } finally {
                hub.startBroker();
            }
            try {
                await().atMost(Duration.ofSeconds(90)).until(() -> accepted.get() == payloads.size());
                held.awaitAccepted(SECONDS, TimeUnit.SECONDS);
            } finally {
                device.interrupt();
            }
        }

        assertThat(hub.results("settling", "held")).containsOnlyOnce(CommandStatus.SUCCEEDED);
        assertThat(payloads("patient").stream().distinct()).containsExactlyElementsOf(payloads);
    }

    /** As a device should: what isn't accepted is sent again, in its order, on the next connection. */
    private void sendUntilAccepted(String device, List<String> payloads, AtomicInteger accepted) {
        while (accepted.get() < payloads.size() && !Thread.currentThread().isInterrupted()) {
            List<Tracker> trackers = new ArrayList<>();
            try (Connection connection = connect(device, KEY);
                    Sender sender = connection.openSender("telemetry")) {
                for (String payload : payloads.subList(accepted.get(), payloads.size())) {
                    trackers.add(sender.send(message(payload)));
                }
                for (Tracker tracker : trackers) {
                    tracker.awaitAccepted(SECONDS, TimeUnit.SECONDS);
                }
            } catch (ClientException cutOff) {
                assertThat(cutOff).isNotInstanceOf(ClientConnectionSecuritySaslException.class);
            }
            accepted.addAndGet((int) trackers.stream()
                    .takeWhile(tracker -> tracker.remoteState() != null
                            && tracker.remoteState().getType() == DeliveryState.Type.ACCEPTED)
                    .count());
        }
    }
}
