package io.headrace.gateway;

import static io.headrace.gateway.ForeignClient.utf8;
import static io.headrace.gateway.identity.TestDevices.KEY;
import static io.headrace.gateway.identity.TestDevices.OTHER_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.headrace.config.Settings;
import io.headrace.gateway.identity.TestDevices;
import io.headrace.record.DeviceEvent;
import io.headrace.record.DeviceEventType;
import io.headrace.record.DeviceStatus;
import io.headrace.record.GatewayHeartbeat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway on a real broker: who gets in, who doesn't, and what is told of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoorIT {
    private final TestCertificates certificates = new TestCertificates();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Path folder;
    private TestHub hub;
    private Gateway gateway;
    private TrustManagerFactory trust;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        hub = new TestHub(folder.resolve("kafka"));
        for (String device : List.of("tried", "watched", "steady")) {
            hub.register(device, TestDevices.withKey(device, KEY).build());
        }
        hub.register(
                "certified",
                TestDevices.device("certified").setCertificateAuthority(true).build());
        certificates.server().write(folder, "server");
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(certificates.authority()));
        Files.writeString(folder.resolve("master.key"), "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificates.authority());
        trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap-servers", hub.kafka().bootstrapServers());
        settings.put("kafka.replication", "1");
        settings.put("kafka.partitions", "4");
        settings.put("registry.url", "http://127.0.0.1:1/");
        settings.put("secrets.master-key-file", folder.resolve("master.key").toString());
        settings.put("gateway.id", "gw-door");
        for (String protocol : List.of("http", "https", "mqtt", "mqtts")) {
            settings.put("gateway." + protocol + ".listen", "127.0.0.1:0");
        }
        for (String protocol : List.of("amqp", "amqps", "coap", "coaps")) {
            settings.put("gateway." + protocol + ".listen", "off");
        }
        settings.put("gateway.tls.certificate", folder.resolve("server.pem").toString());
        settings.put("gateway.tls.private-key", folder.resolve("server-key.pem").toString());
        settings.put("gateway.tls.client-authorities", folder.resolve("ca.pem").toString());
        settings.put("gateway.tls.reload-interval", "100ms");
        gateway = Gateway.start(GatewayConfig.from(Settings.of(settings)), hub.schemas, meters);
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

    /** Reason of a CONNACK; the client is disconnected again. */
    private Mqtt5ConnAckReasonCode connected(String device, String key, String from) {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .identifier(device)
                .transportConfig()
                .serverHost("127.0.0.1")
                .serverPort(port("mqtt"))
                .localAddress(from)
                .applyTransportConfig()
                .simpleAuth()
                .username(device)
                .password(utf8(key))
                .applySimpleAuth()
                .buildBlocking();
        return connected(client);
    }

    private static Mqtt5ConnAckReasonCode connected(Mqtt5BlockingClient client) {
        try {
            client.connect();
            client.disconnect();
            return Mqtt5ConnAckReasonCode.SUCCESS;
        } catch (Mqtt5ConnAckException refused) {
            return refused.getMqttMessage().getReasonCode();
        }
    }

    private List<DeviceEvent> events(String device, DeviceEventType type) {
        return hub.events().stream()
                .filter(event -> event.getDeviceId().equals(device) && event.getType() == type)
                .toList();
    }

    @Test
    void wrongKeysAreToldOnceThenThrottledAndNobodyElsewhereIsLockedOut() {
        // When
        for (int i = 0; i < 10; i++) {
            assertThat(connected("tried", OTHER_KEY, "127.0.0.66"))
                    .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
        }
        Mqtt5ConnAckReasonCode throttled = connected("tried", KEY, "127.0.0.66");
        Mqtt5ConnAckReasonCode elsewhere = connected("tried", KEY, "127.0.0.1");

        // Then
        assertThat(throttled).isNotIn(Mqtt5ConnAckReasonCode.SUCCESS, Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(elsewhere).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(events("tried", DeviceEventType.DISCONNECTED))
                        .hasSize(1));
        assertThat(events("tried", DeviceEventType.CONNECTED)).hasSize(1);
        assertThat(events("tried", DeviceEventType.AUTH_FAILED)).singleElement().satisfies(event -> {
            assertThat(event.getReason()).isEqualTo("bad-credentials by password");
            assertThat(event.getRemote()).startsWith("127.0.0.66:");
            assertThat(event.getGateway()).isEqualTo("gw-door");
        });
    }

    @Test
    void aKeptAliveHttpConnectionEndsWithinASecondOfItsDevicesQuarantine() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port("http"))) {
            // Given
            socket.setSoTimeout(10_000);
            String credentials =
                    Base64.getEncoder().encodeToString(("watched:" + KEY).getBytes(StandardCharsets.UTF_8));
            String request = "POST /v1/telemetry HTTP/1.1\r\nHost: h\r\nAuthorization: Basic " + credentials
                    + "\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[1_000];
            int length = socket.getInputStream().read(answer);
            assertThat(new String(answer, 0, length, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 202 ");

            // When
            hub.register(
                    "watched",
                    TestDevices.withKey("watched", KEY)
                            .setStatus(DeviceStatus.QUARANTINED)
                            .build());
            socket.setSoTimeout(1_000);

            // Then
            while (socket.getInputStream().read(answer) >= 0) {
                assertThat(socket.isClosed()).isFalse();
            }
        }
    }

    private Mqtt5BlockingClient certified(TestCertificates.@Nullable Identity identity, Certificate... above)
            throws Exception {
        Certificate[] chain = new Certificate[1 + above.length];
        System.arraycopy(above, 0, chain, 1, above.length);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        if (identity != null) {
            chain[0] = identity.certificate();
            keys.setKeyEntry("device", identity.key(), new char[0], chain);
        }
        keyManagers.init(keys, new char[0]);
        return Mqtt5Client.builder()
                .identifier("certified")
                .serverHost("localhost")
                .serverPort(port("mqtts"))
                .sslConfig(MqttClientSslConfig.builder()
                        .trustManagerFactory(trust)
                        .keyManagerFactory(keyManagers)
                        .build())
                .buildBlocking();
    }

    @Test
    void onlyACertificateOfTheAuthorityForClientsAndOfTodayOpensAndItsEndIsTold() throws Exception {
        // Then
        for (TestCertificates.Identity refused : List.of(
                certificates.expired("CN=certified"),
                certificates.forServersOnly("CN=certified"),
                certificates.device("CN=another"),
                TestCertificates.selfSigned("CN=certified"),
                new TestCertificates().device("CN=certified"))) {
            assertThat(connected(certified(refused)))
                    .isIn(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD, Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
        }
        assertThat(connected(certified(null))).isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(connected(certified(certificates.device("CN=certified"), certificates.authority())))
                .isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(events("certified", DeviceEventType.CERTIFICATE_EXPIRING))
                        .isNotEmpty()
                        .allSatisfy(event -> assertThat(event.getReason()).endsWith("within 1 day")));
    }

    private X509Certificate shown() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), new SecureRandom());
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port("mqtts"))) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void certificatesAreSwappedUnderLoadAndNoConnectionNoticesIt() throws Exception {
        // Given a device that publishes without a pause
        List<Throwable> lost = new CopyOnWriteArrayList<>();
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .identifier("steady")
                .serverHost("localhost")
                .serverPort(port("mqtts"))
                .addDisconnectedListener(context -> lost.add(context.getCause()))
                .sslConfig(
                        MqttClientSslConfig.builder().trustManagerFactory(trust).build())
                .simpleAuth()
                .username("steady")
                .password(utf8(KEY))
                .applySimpleAuth()
                .buildBlocking();
        client.connect();
        int published = 0;

        for (int i = 0; i < 3; i++) {
            // When
            TestCertificates.Identity next = certificates.server();
            next.write(folder, "server");
            Optional<X509Certificate> seen = Optional.empty();
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!seen.equals(Optional.of(next.certificate()))) {
                assertThat(System.nanoTime()).isLessThan(end);
                client.publishWith()
                        .topic("telemetry")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(utf8("1"))
                        .send();
                published++;
                seen = Optional.of(shown());
            }
        }

        // Then
        assertThat(lost).isEmpty();
        client.disconnect();
        assertThat(hub.raw().stream().filter(record -> "steady".equals(record.key())))
                .hasSize(published);
    }

    @Test
    void anAuthorityThatIsAddedCountsWithoutARestart() throws Exception {
        // Given
        TestCertificates others = new TestCertificates();
        assertThat(connected(certified(others.device("CN=certified")))).isNotEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);

        // When
        Files.writeString(
                folder.resolve("ca.pem"),
                TestCertificates.pem(certificates.authority()) + TestCertificates.pem(others.authority()));

        // Then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(connected(certified(others.device("CN=certified"))))
                        .isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS));
    }

    @Test
    void whatIsNoDeviceIdNeverBecomesAKey() throws IOException {
        // When
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port("http"))) {
            String credentials = Base64.getEncoder().encodeToString("no/id\n:x".getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream()
                    .write(("POST /v1/telemetry HTTP/1.1\r\nHost: h\r\nAuthorization: Basic " + credentials
                                    + "\r\nContent-Length: 0\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(10_000);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 401 ");
        }
        assertThat(connected("marker", KEY, "127.0.0.67")).isNotEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);

        // Then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(events("marker", DeviceEventType.AUTH_FAILED))
                        .hasSize(1));
        assertThat(hub.events()).noneMatch(event -> event.getDeviceId().startsWith("no"));
    }

    @Test
    void aGatewaySaysAgainAndAgainThatItRuns() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(hub.heartbeats()).hasSizeGreaterThan(1));

        assertThat(hub.heartbeats())
                .extracting(GatewayHeartbeat::getGateway, GatewayHeartbeat::getStartedAt)
                .containsOnly(tuple("gw-door", hub.heartbeats().getFirst().getStartedAt()));
    }
}
