package io.headrace.gateway;

import static io.headrace.gateway.ForeignClient.utf8;
import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.headrace.catalogue.Headers;
import io.headrace.gateway.identity.TestDevices;
import io.headrace.record.CommandStatus;
import io.headrace.record.DeviceStatus;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole gateway on a real broker, seen by MQTT clients that we did not write. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MqttIT {
    private final TestCertificates certificates = new TestCertificates();
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
        for (ForeignClient client : ForeignClient.values()) {
            for (int qos = 0; qos < 3; qos++) {
                for (boolean isTls : new boolean[] {false, true}) {
                    String device = device(client, isTls, qos);
                    hub.register(device, TestDevices.withKey(device, KEY).build());
                }
            }
        }
        gateway = new TlsGateway(folder, hub, certificates);
    }

    private static String device(ForeignClient client, boolean isTls, int qos) {
        return client.name() + (isTls ? ":tls:" : ":plain:") + qos;
    }

    @AfterAll
    void stop() {
        gateway.close();
        hub.close();
    }

    private List<ConsumerRecord<String, byte[]>> raw(String device) {
        return hub.raw().stream().filter(record -> device.equals(record.key())).toList();
    }

    static Stream<Arguments> clients() {
        return Arrays.stream(ForeignClient.values())
                .flatMap(client -> Stream.of(false, true)
                        .flatMap(tls -> IntStream.range(0, 3).mapToObj(qos -> Arguments.of(client, tls, qos))));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void foreignClientsAreStoredInTheirOrder(ForeignClient client, boolean isTls, int qos) throws Exception {
        assumeThat(client.isInstalled()).as(client + " is here").isTrue();
        String device = device(client, isTls, qos);
        List<String> payloads =
                IntStream.range(0, 25).mapToObj(i -> "{\"n\":" + i + "}").toList();

        client.publish(
                new ForeignClient.Target(
                        gateway.port(isTls ? "mqtts" : "mqtt"), isTls, device, KEY, gateway.ca(), gateway.trust()),
                qos,
                payloads);

        if (qos == 0) {
            await().untilAsserted(() -> assertThat(raw(device)).hasSize(25));
        }
        List<ConsumerRecord<String, byte[]>> stored = raw(device);
        assertThat(stored).extracting(TestHub::text).containsExactlyElementsOf(payloads);
        String version = client.name().endsWith("5") ? "mqtt/5" : "mqtt/3.1.1";
        assertThat(stored)
                .allMatch(record -> Headers.find(record.headers(), Headers.PROTOCOL)
                        .orElseThrow()
                        .equals(version));
    }

    /** A device is known once the gateway's view has seen its record: a wrong key is told from an unknown device so. */
    private boolean isKnown(String device) {
        try {
            Mqtt3Client probe = Mqtt3Client.builder()
                    .identifier(device)
                    .serverHost("localhost")
                    .serverPort(gateway.port("mqtt"))
                    .simpleAuth()
                    .username(device)
                    .password(utf8(KEY))
                    .applySimpleAuth()
                    .build();
            probe.toBlocking().connect();
            probe.toBlocking().disconnect();
            return true;
        } catch (Mqtt3ConnAckException notYet) {
            return false;
        }
    }

    @Test
    void aClientCertificateIsADevice() throws Exception {
        TestCertificates.Identity identity = certificates.device("CN=certified");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("device", identity.key(), new char[0], new Certificate[] {
            identity.certificate(), certificates.authority()
        });
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, new char[0]);
        Mqtt5Client client = Mqtt5Client.builder()
                .identifier("certified")
                .serverHost("localhost")
                .serverPort(gateway.port("mqtts"))
                .sslConfig(MqttClientSslConfig.builder()
                        .trustManagerFactory(gateway.trust())
                        .keyManagerFactory(keyManagers)
                        .build())
                .build();

        client.toBlocking().connect();
        client.toBlocking()
                .publishWith()
                .topic("telemetry/boiler")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(utf8("1"))
                .send();
        client.toBlocking().disconnect();

        assertThat(raw("certified"))
                .singleElement()
                .satisfies(record -> assertThat(Headers.find(record.headers(), Headers.CHANNEL))
                        .contains("boiler"));
    }

    @Test
    void wrongCredentialsAreRefusedInTheWordsOfTheVersion() {
        assertThatThrownBy(() -> five("nobody", KEY).toBlocking().connect())
                .isInstanceOfSatisfying(
                        Mqtt5ConnAckException.class,
                        e -> assertThat(e.getMqttMessage().getReasonCode())
                                .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD));
        assertThatThrownBy(() -> five("off", KEY).toBlocking().connect())
                .isInstanceOfSatisfying(
                        Mqtt5ConnAckException.class,
                        e -> assertThat(e.getMqttMessage().getReasonCode())
                                .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED));
        assertThatThrownBy(() -> Mqtt3Client.builder()
                        .identifier("nobody")
                        .serverHost("localhost")
                        .serverPort(gateway.port("mqtt"))
                        .buildBlocking()
                        .connect())
                .isInstanceOfSatisfying(
                        Mqtt3ConnAckException.class,
                        e -> assertThat(e.getMqttMessage().getReturnCode())
                                .isEqualTo(Mqtt3ConnAckReturnCode.NOT_AUTHORIZED));
    }

    @Test
    void aPeerThatSendsTooMuchCanReadWhyItWasCutOff() throws IOException {
        hub.register("big", TestDevices.withKey("big", KEY).build());
        await().until(() -> isKnown("big"));
        try (Socket socket = new Socket("localhost", gateway.port("mqtt"))) {
            socket.setSoTimeout(10_000);
            ByteArrayOutputStream connect = new ByteArrayOutputStream();
            DataOutputStream body = new DataOutputStream(connect);
            body.writeUTF("MQTT");
            body.write(new byte[] {5, (byte) 0xC2, 0, 60, 0});
            body.writeUTF("big");
            body.writeUTF("big");
            body.writeUTF(KEY);
            OutputStream out = socket.getOutputStream();
            out.write(new byte[] {0x10, (byte) connect.size()});
            connect.writeTo(out);
            byte[] publish = new byte[1 << 20];
            publish[0] = 0x30;
            publish[1] = (byte) 0xFC; // a million bytes, announced and sent
            publish[2] = (byte) 0xFF;
            publish[3] = 0x3F;
            out.write(publish);

            byte[] answer = socket.getInputStream().readAllBytes();

            int connack = 2 + answer[1];
            assertThat(answer[connack]).isEqualTo((byte) 0xE0);
            assertThat(answer[connack + 2]).isEqualTo((byte) 0x95);
        }
    }

    @Test
    void theWillOfAClientThatVanishesIsStoredAfterItsDelay() throws IOException {
        hub.register("mortal", TestDevices.withKey("mortal", KEY).build());
        await().until(() -> isKnown("mortal"));
        ByteArrayOutputStream connect = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(connect);
        body.writeUTF("MQTT");
        body.write(new byte[] {5, (byte) 0xC4, 0, 60, 5, 0x11, 0, 0, 0, 60}); // a session of a minute
        body.writeUTF("mortal");
        body.write(new byte[] {5, 0x18, 0, 0, 0, 1}); // a delay of a second
        body.writeUTF("telemetry/gone");
        body.writeUTF("bye");
        body.writeUTF("mortal");
        body.writeUTF(KEY);
        try (Socket socket = new Socket("localhost", gateway.port("mqtt"))) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(new byte[] {0x10, (byte) connect.size()});
            socket.getOutputStream().write(connect.toByteArray());
            assertThat(socket.getInputStream().read()).isEqualTo(0x20);
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(raw("mortal")).extracting(TestHub::text).containsExactly("bye"));
    }

    @Test
    void noiseOnEitherPortHarmsNobody() throws IOException {
        Random random = new Random(4);
        for (int i = 0; i < 100; i++) {
            byte[] noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            if (i % 4 == 0) {
                noise[0] = 0x10;
            }
            try (Socket socket = new Socket("localhost", gateway.port(i % 2 == 0 ? "mqtt" : "mqtts"))) {
                socket.getOutputStream().write(noise);
            }
        }

        assertThat(isKnown(device(ForeignClient.PAHO_3, false, 0))).isTrue();
    }

    @Test
    void aDisabledDeviceIsCutOffWithinASecond() {
        hub.register("cut", TestDevices.withKey("cut", KEY).build());
        await().until(() -> isKnown("cut"));
        AtomicReference<Throwable> end = new AtomicReference<>();
        Mqtt5Client client = Mqtt5Client.builder()
                .identifier("cut")
                .serverHost("localhost")
                .serverPort(gateway.port("mqtt"))
                .addDisconnectedListener(context -> end.set(context.getCause()))
                .simpleAuth()
                .username("cut")
                .password(utf8(KEY))
                .applySimpleAuth()
                .build();
        client.toBlocking().connect();

        hub.register(
                "cut",
                TestDevices.withKey("cut", KEY).setStatus(DeviceStatus.DISABLED).build());

        await().atMost(Duration.ofSeconds(1)).until(() -> end.get() != null);
        assertThat(end.get())
                .isInstanceOfSatisfying(
                        Mqtt5DisconnectException.class,
                        e -> assertThat(e.getMqttMessage().getReasonCode())
                                .isEqualTo(Mqtt5DisconnectReasonCode.ADMINISTRATIVE_ACTION));
    }

    @Test
    void nothingIsAcknowledgedWhileKafkaIsAwayAndAllOfItAfterwards() throws Exception {
        hub.register("patient", TestDevices.withKey("patient", KEY).build());
        await().until(() -> isKnown("patient"));
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .identifier("patient")
                .serverHost("localhost")
                .serverPort(gateway.port("mqtt"))
                .automaticReconnectWithDefaultConfig()
                .simpleAuth()
                .username("patient")
                .password(utf8(KEY))
                .applySimpleAuth()
                .buildAsync();
        BlockingQueue<Mqtt5Publish> commands = new LinkedBlockingQueue<>();
        client.publishes(MqttGlobalPublishFilter.ALL, commands::add);
        client.connectWith().sessionExpiryInterval(3_600).send().join();
        client.subscribeWith().topicFilter("commands/+").send().join();
        hub.command("patient", "held", "{}", Duration.ofMinutes(5));
        assertThat(commands.poll(30, TimeUnit.SECONDS)).isNotNull();
        List<CompletableFuture<Mqtt5PublishResult>> answers = new ArrayList<>();
        hub.stopBroker();
        try {
            answers.add(client.publishWith()
                    .topic("commands/held/result")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send());
            for (int i = 0; i < 100; i++) {
                answers.add(client.publishWith()
                        .topic("telemetry")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(utf8(Integer.toString(i)))
                        .send());
            }
            await().during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(4))
                    .until(() -> answers.stream().noneMatch(CompletableFuture::isDone));
        } finally {
            hub.startBroker();
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> answers.stream().allMatch(CompletableFuture::isDone));
        client.disconnect().join();
        assertThat(answers).allMatch(answer -> answer.join().getError().isEmpty());
        assertThat(hub.results("patient", "held")).containsOnlyOnce(CommandStatus.SUCCEEDED);
        assertThat(raw("patient").stream().map(TestHub::text).distinct())
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    /** Before it connects and after, over two gateways and a restart; each is done once, or expires once. */
    @Test
    void commandsReachTheirDeviceUntilItHasAnswered(@TempDir Path folder) throws Exception {
        hub.register("worker", TestDevices.withKey("worker", KEY).build());
        await().until(() -> isKnown("worker"));
        Duration enough = Duration.ofMinutes(2);
        hub.command("worker", "early", "1", enough);
        TlsGateway other = new TlsGateway(folder, hub, certificates);
        try {
            Worker worker = new Worker(other.port("mqtt"));
            Mqtt5Publish early = worker.next();
            assertThat(early.getTopic()).hasToString("commands/early");
            assertThat(early.getUserProperties().asList().getFirst().getValue()).hasToString("open");
            assertThat(early.getResponseTopic().orElseThrow()).hasToString("commands/early/result");
            worker.answer("early", "{\"status\":\"failed\"}");
            worker.answer("early", "{\"status\":\"succeeded\"}");
            hub.command("worker", "late", "2", enough);
            assertThat(worker.next().getTopic()).hasToString("commands/late");
            worker.end();

            Worker elsewhere = new Worker(gateway.port("mqtt"));
            assertThat(elsewhere.next().getTopic()).hasToString("commands/late");
            elsewhere.end();

            other.close();
            other = new TlsGateway(folder, hub, certificates);
            Worker back = new Worker(other.port("mqtt"));
            assertThat(back.next().getTopic()).hasToString("commands/late");
            back.answer("late", "done");
            hub.command("worker", "never", "3", Duration.ofSeconds(1));
            assertThat(back.next().getTopic()).hasToString("commands/never");

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(hub.results("worker", "never"))
                            .containsExactly(CommandStatus.DELIVERED, CommandStatus.EXPIRED));
            back.end();
        } finally {
            other.close();
        }
        assertThat(hub.results("worker", "early")).containsExactly(CommandStatus.DELIVERED, CommandStatus.FAILED);
        assertThat(hub.results("worker", "late"))
                .endsWith(CommandStatus.SUCCEEDED)
                .containsOnlyOnce(CommandStatus.SUCCEEDED)
                .contains(CommandStatus.DELIVERED);
    }

    /** A device that listens to its commands, with a session that goes on. */
    private static final class Worker {
        private final BlockingQueue<Mqtt5Publish> commands = new LinkedBlockingQueue<>();
        private final Mqtt5Client client;

        private Worker(int port) {
            client = five("worker", KEY, port);
            client.toAsync().publishes(MqttGlobalPublishFilter.ALL, commands::add);
            client.toBlocking()
                    .connectWith()
                    .cleanStart(false)
                    .sessionExpiryInterval(60)
                    .send();
            client.toBlocking()
                    .subscribeWith()
                    .topicFilter("commands/#")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
        }

        private Mqtt5Publish next() throws InterruptedException {
            return Objects.requireNonNull(commands.poll(30, TimeUnit.SECONDS), "no command came");
        }

        private void answer(String id, String body) {
            client.toBlocking()
                    .publishWith()
                    .topic("commands/" + id + "/result")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(utf8(body))
                    .send();
        }

        private void end() {
            client.toBlocking().disconnect();
            assertThat(commands).isEmpty();
        }
    }

    private Mqtt5Client five(String device, String key) {
        return five(device, key, gateway.port("mqtt"));
    }

    private static Mqtt5Client five(String device, String key, int port) {
        return Mqtt5Client.builder()
                .identifier(device)
                .serverHost("localhost")
                .serverPort(port)
                .simpleAuth()
                .username(device)
                .password(utf8(key))
                .applySimpleAuth()
                .build();
    }
}
