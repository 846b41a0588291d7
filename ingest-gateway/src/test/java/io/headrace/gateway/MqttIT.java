package io.headrace.gateway;

import static io.headrace.gateway.ForeignClient.utf8;
import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClientSslConfig;
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
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.headrace.catalogue.Headers;
import io.headrace.config.Settings;
import io.headrace.gateway.identity.TestDevices;
import io.headrace.record.DeviceStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
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
    private Path folder;
    private TrustManagerFactory trust;
    private TestHub hub;
    private Gateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        certificates.server().write(folder, "server");
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(certificates.authority()));
        Files.writeString(folder.resolve("master.key"), "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
        trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificates.authority());
        trust.init(trusted);
        hub = new TestHub(folder.resolve("kafka"));
        hub.register(
                "off",
                TestDevices.withKey("off", KEY).setStatus(DeviceStatus.DISABLED).build());
        hub.register(
                "certified",
                TestDevices.device("certified").setCertificateAuthority(true).build());
        gateway = started();
    }

    private Gateway started() {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap-servers", hub.kafka().bootstrapServers());
        settings.put("kafka.replication", "1");
        settings.put("kafka.partitions", "4");
        settings.put("registry.url", "http://127.0.0.1:1/");
        settings.put("secrets.master-key-file", folder.resolve("master.key").toString());
        settings.put("gateway.http.listen", "off");
        settings.put("gateway.https.listen", "off");
        settings.put("gateway.mqtt.listen", "127.0.0.1:0");
        settings.put("gateway.mqtts.listen", "127.0.0.1:0");
        settings.put("gateway.tls.certificate", folder.resolve("server.pem").toString());
        settings.put("gateway.tls.private-key", folder.resolve("server-key.pem").toString());
        settings.put("gateway.tls.client-authorities", folder.resolve("ca.pem").toString());
        return Gateway.start(GatewayConfig.from(Settings.of(settings)), hub.schemas, new SimpleMeterRegistry());
    }

    @AfterAll
    void stop() {
        gateway.close();
        hub.close();
    }

    private int port(String protocol) {
        String line = gateway.endpoints().stream()
                .filter(endpoint -> endpoint.startsWith(protocol + " "))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
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
        assumeThat(client.isInstalled()).isTrue();
        String device = client.name() + (isTls ? ":tls:" : ":plain:") + qos;
        hub.register(device, TestDevices.withKey(device, KEY).build());
        await().until(() -> isKnown(device));
        List<String> payloads =
                IntStream.range(0, 25).mapToObj(i -> "{\"n\":" + i + "}").toList();

        client.publish(
                new ForeignClient.Target(
                        port(isTls ? "mqtts" : "mqtt"), isTls, device, KEY, folder.resolve("ca.pem"), trust),
                qos,
                payloads);

        if (qos == 0) {
            await().untilAsserted(() -> assertThat(raw(device)).hasSize(25));
        }
        assertThat(raw(device)).extracting(TestHub::text).containsExactlyElementsOf(payloads);
        String version = client.name().endsWith("5") ? "mqtt/5" : "mqtt/3.1.1";
        assertThat(raw(device))
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
                    .serverPort(port("mqtt"))
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
                .serverPort(port("mqtts"))
                .sslConfig(MqttClientSslConfig.builder()
                        .trustManagerFactory(trust)
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
                        .serverPort(port("mqtt"))
                        .buildBlocking()
                        .connect())
                .isInstanceOfSatisfying(
                        Mqtt3ConnAckException.class,
                        e -> assertThat(e.getMqttMessage().getReturnCode())
                                .isEqualTo(Mqtt3ConnAckReturnCode.NOT_AUTHORIZED));
    }

    @Test
    void aDisabledDeviceIsCutOffWithinASecond() {
        hub.register("cut", TestDevices.withKey("cut", KEY).build());
        await().until(() -> isKnown("cut"));
        AtomicReference<Throwable> end = new AtomicReference<>();
        Mqtt5Client client = Mqtt5Client.builder()
                .identifier("cut")
                .serverHost("localhost")
                .serverPort(port("mqtt"))
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
    void nothingIsAcknowledgedWhileKafkaIsAwayAndAllOfItAfterwards() {
        hub.register("patient", TestDevices.withKey("patient", KEY).build());
        await().until(() -> isKnown("patient"));
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .identifier("patient")
                .serverHost("localhost")
                .serverPort(port("mqtt"))
                .automaticReconnectWithDefaultConfig()
                .simpleAuth()
                .username("patient")
                .password(utf8(KEY))
                .applySimpleAuth()
                .buildAsync();
        client.connectWith().sessionExpiryInterval(3_600).send().join();
        List<CompletableFuture<Mqtt5PublishResult>> answers = new ArrayList<>();
        hub.stopBroker();
        try {
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
        assertThat(raw("patient").stream().map(TestHub::text).distinct())
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    private Mqtt5Client five(String device, String key) {
        return Mqtt5Client.builder()
                .identifier(device)
                .serverHost("localhost")
                .serverPort(port("mqtt"))
                .simpleAuth()
                .username(device)
                .password(utf8(key))
                .applySimpleAuth()
                .build();
    }
}
