package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.headrace.config.Settings;
import io.headrace.gateway.identity.TestDevices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.assertj.core.api.Assumptions;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 and MQTT over WebSocket with clients that we did not write, on a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpClientsIT {
    private final TestCertificates certificates = new TestCertificates();
    private Path folder;
    private TestHub hub;
    private TrustManagerFactory trust;
    private Gateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        certificates.server().write(folder, "server");
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(certificates.authority()));
        Files.writeString(folder.resolve("master.key"), "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificates.authority());
        trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        hub = new TestHub(folder.resolve("kafka"));
        for (String device : List.of("java", "streams", "curl", "load", "going", "hivemq", "paho", "azure", "js")) {
            hub.register(device, TestDevices.withKey(device, KEY).build());
        }
        gateway = started();
    }

    private Gateway started() {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap-servers", hub.kafka().bootstrapServers());
        settings.put("kafka.replication", "1");
        settings.put("kafka.partitions", "4");
        settings.put("registry.url", "http://127.0.0.1:1/");
        settings.put("secrets.master-key-file", folder.resolve("master.key").toString());
        for (String protocol : List.of("mqtt", "mqtts", "amqp", "amqps", "coap", "coaps")) {
            settings.put("gateway." + protocol + ".listen", "off");
        }
        settings.put("gateway.http.listen", "127.0.0.1:0");
        settings.put("gateway.https.listen", "127.0.0.1:0");
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

    private static int port(Gateway gateway, String protocol) {
        String line = gateway.endpoints().stream()
                .filter(endpoint -> endpoint.startsWith(protocol + " "))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    private HttpClient client() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(context)
                .build();
    }

    private static HttpRequest telemetry(Gateway gateway, String device, String type, HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port(gateway, "https") + "/v1/telemetry"))
                .timeout(Duration.ofSeconds(20))
                .header(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString((device + ":" + KEY).getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", type)
                .POST(body)
                .build();
    }

    /** Payloads of a device, as Kafka has them. */
    private List<String> stored(String device) {
        return hub.raw().stream()
                .filter(record -> device.equals(record.key()))
                .map(TestHub::text)
                .toList();
    }

    @Test
    void javasClientSpeaksHttp2OverTlsAndACompressedBatchIsStoredPlainAndInOrder() throws Exception {
        // Given
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(body)) {
            gzip.write("[{\"a\":1},{\"a\":2},{\"a\":3}]".getBytes(StandardCharsets.UTF_8));
        }
        HttpRequest plain =
                telemetry(gateway, "java", "application/json", BodyPublishers.ofByteArray(body.toByteArray()));
        HttpRequest compressed = HttpRequest.newBuilder(plain, (_, _) -> true)
                .header("Content-Encoding", "gzip")
                .build();

        // When
        try (HttpClient client = client()) {
            HttpResponse<String> response = client.send(compressed, BodyHandlers.ofString());

            // Then
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.statusCode()).isEqualTo(202);
            assertThat(stored("java")).containsExactly("{\"a\":1}", "{\"a\":2}", "{\"a\":3}");
        }
    }

    @Test
    void manyRequestsOfOneConnectionAtOnceAreAllStoredAndEachIsAnsweredWithItsOwnReceipt() throws Exception {
        try (HttpClient client = client()) {
            // When
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            client.send(
                    telemetry(gateway, "streams", "text/plain", BodyPublishers.ofString("0")),
                    BodyHandlers.discarding());
            for (int i = 1; i <= 90; i++) {
                answers.add(client.sendAsync(
                        telemetry(gateway, "streams", "text/plain", BodyPublishers.ofString("" + i)),
                        BodyHandlers.ofString()));
            }
            List<String> receipts = new ArrayList<>();
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                HttpResponse<String> response = answer.get(30, TimeUnit.SECONDS);
                assertThat(response.statusCode()).isEqualTo(202);
                receipts.add(response.body());
            }

            // Then
            assertThat(receipts).doesNotHaveDuplicates();
            assertThat(stored("streams"))
                    .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(0, 90)
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http2 https", "--http2-prior-knowledge http", "--http1.1 https", "--http2 http"})
    void curlIsAnsweredInItsVersion(String version) throws Exception {
        // Given
        Assumptions.assumeThat(Path.of("/usr/bin/curl")).exists();
        String[] parts = version.split(" ");

        // When
        String output = run(
                "/usr/bin/curl",
                "--silent",
                "--show-error",
                "--max-time",
                "20",
                parts[0],
                "--cacert",
                folder.resolve("ca.pem").toString(),
                "--user",
                "curl:" + KEY,
                "--header",
                "Content-Type: application/json",
                "--data",
                "{\"from\":\"" + version + "\"}",
                "--write-out",
                " %{http_code} over %{http_version}",
                parts[1] + "://localhost:" + port(gateway, parts[1]) + "/v1/telemetry");

        // Then
        String spoken = version.equals("--http2 https") || version.contains("prior") ? "2" : "1.1";
        assertThat(output).startsWith("{\"receipts\":").endsWith(" 202 over " + spoken);
        assertThat(stored("curl")).contains("{\"from\":\"" + version + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void h2loadGetsAnAnswerForEveryRequest(String scheme) throws Exception {
        // Given
        Assumptions.assumeThat(Path.of("/usr/bin/h2load")).exists();
        Path body = Files.writeString(folder.resolve("body"), "[1,2,3,4,5]");
        int before = stored("load").size();

        // When
        String output = run(
                "/usr/bin/h2load",
                "-n",
                "2000",
                "-c",
                "4",
                "-m",
                "20",
                "-d",
                body.toString(),
                "-H",
                "Authorization: Basic "
                        + Base64.getEncoder().encodeToString(("load:" + KEY).getBytes(StandardCharsets.UTF_8)),
                "-H",
                "Content-Type: application/json",
                scheme + "://localhost:" + port(gateway, scheme) + "/v1/telemetry");

        // Then
        assertThat(output).contains("2000 succeeded, 0 failed, 0 errored, 0 timeout", "status codes: 2000 2xx");
        assertThat(stored("load")).hasSize(before + 10_000);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void aStoppingGatewayHasStoredWhatItAcknowledgedOverHttp2() throws Exception {
        // Given
        Gateway second = started();
        try (HttpClient client = client()) {
            HttpRequest request = telemetry(second, "going", "text/plain", BodyPublishers.ofString("last words"));
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(202);

            // When
            long before = System.nanoTime();
            second.close();

            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
            assertThat(stored("going")).containsExactly("last words");
        } finally {
            second.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void hivemqsClientSpeaksMqtt5OverWebSocket(String scheme) {
        // Given
        var builder = Mqtt5Client.builder()
                .identifier("hivemq")
                .serverHost("localhost")
                .serverPort(port(gateway, scheme))
                .webSocketConfig(
                        MqttWebSocketConfig.builder().serverPath("mqtt").build());
        if (scheme.equals("https")) {
            builder = builder.sslConfig(
                    MqttClientSslConfig.builder().trustManagerFactory(trust).build());
        }
        Mqtt5BlockingClient client = builder.simpleAuth()
                .username("hivemq")
                .password(KEY.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();

        // When
        client.connect();
        List<String> sent = new ArrayList<>();
        for (MqttQos qos : MqttQos.values()) {
            String payload = scheme + " " + qos + " " + "x".repeat(100_000);
            sent.add(payload);
            client.publishWith()
                    .topic("telemetry")
                    .qos(qos)
                    .payload(payload.getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        client.disconnect();

        // Then
        assertThat(stored("hivemq")).containsSubsequence(sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "wss"})
    void mqttJsSpeaksMqtt5OverWebSocket(String scheme) throws Exception {
        // Given
        Npm mqttJs = new Npm("mqtt", "5.16.0");
        Assumptions.assumeThat(mqttJs.isInstalled()).isTrue();
        String address = scheme + "://localhost:" + port(gateway, scheme.equals("ws") ? "http" : "https") + "/mqtt";

        // When
        Npm.Ended ended = mqttJs.run(
                "mqttjs.js",
                List.of(
                        address,
                        "js",
                        KEY,
                        folder.resolve("ca.pem").toString(),
                        "5",
                        "1",
                        scheme + " 1",
                        scheme + " 2"));

        // Then
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(stored("js")).containsSubsequence(scheme + " 1", scheme + " 2");
    }

    @Test
    void pahosClientSpeaksMqtt3OverWebSocketOnEitherPath() throws Exception {
        for (String path : List.of("/mqtt", "/$iothub/websocket?iothub-no-client-cert=true")) {
            // Given
            String device = path.equals("/mqtt") ? "paho" : "azure";
            MqttConnectOptions options = new MqttConnectOptions();
            options.setUserName(device);
            options.setPassword(KEY.toCharArray());
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            try (MqttClient client =
                    new MqttClient("ws://localhost:" + port(gateway, "http") + path, device, new MemoryPersistence())) {
                // When
                client.connect(options);
                client.publish("telemetry", "21.5".getBytes(StandardCharsets.UTF_8), 1, false);
                client.disconnect();
            }

            // Then
            assertThat(stored(device)).containsExactly("21.5");
        }
    }
}
