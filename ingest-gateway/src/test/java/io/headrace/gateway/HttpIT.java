package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.Settings;
import io.headrace.gateway.identity.TestDevices;
import io.headrace.record.CommandStatus;
import io.headrace.record.DeviceStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
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
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway on a real broker, seen by clients that we did not write. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpIT {
    private final TestCertificates certificates = new TestCertificates();
    private Path folder;
    private TestHub hub;
    private Gateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        this.folder = folder;
        certificates.server().write(folder, "server");
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(certificates.authority()));
        Files.writeString(folder.resolve("master.key"), "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
        hub = new TestHub(folder.resolve("kafka"));
        hub.register("d:1", TestDevices.withKey("d:1", KEY).build());
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
        settings.put("gateway.coap.listen", "off");
        settings.put("gateway.coaps.listen", "off");
        settings.put("gateway.http.listen", "127.0.0.1:0");
        settings.put("gateway.https.listen", "127.0.0.1:0");
        settings.put("gateway.mqtt.listen", "off");
        settings.put("gateway.mqtts.listen", "off");
        settings.put("gateway.amqp.listen", "off");
        settings.put("gateway.amqps.listen", "off");
        settings.put("gateway.tls.certificate", folder.resolve("server.pem").toString());
        settings.put("gateway.tls.private-key", folder.resolve("server-key.pem").toString());
        settings.put("gateway.tls.client-authorities", folder.resolve("ca.pem").toString());
        settings.put("gateway.http.ack-timeout", "1s");
        Settings all = Settings.of(settings);
        GatewayConfig config = GatewayConfig.from(all);
        return Gateway.start(config, hub.schemas, new SimpleMeterRegistry());
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

    private HttpRequest.Builder request(String scheme, String path) {
        return HttpRequest.newBuilder(URI.create(scheme + "://localhost:" + port(scheme) + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static String basic(String device, String key) {
        return "Basic " + Base64.getEncoder().encodeToString((device + ":" + key).getBytes(StandardCharsets.UTF_8));
    }

    private HttpRequest telemetry(String scheme, String body) {
        return request(scheme, "/v1/telemetry/hall")
                .header("Authorization", basic("d:1", KEY))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }

    /** Payloads of a device, as Kafka has them. */
    private List<String> stored(String device) {
        return hub.raw().stream()
                .filter(record -> device.equals(record.key()))
                .map(TestHub::text)
                .toList();
    }

    @Test
    void aBatchIsStoredInOrderAndEachReceiptSaysWhere() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            // When
            HttpResponse<String> response = send(client, telemetry("http", "[{\"a\":1},{\"a\":2}]"));

            // Then
            assertThat(response.statusCode()).isEqualTo(202);
            assertThat(response.body())
                    .matches(
                            "\\{\"receipts\":\\[\\{\"partition\":\\d,\"offset\":\\d+},\\{\"partition\":\\d,\"offset\":\\d+}]}");
            assertThat(stored("d:1")).containsSubsequence("{\"a\":1}", "{\"a\":2}");
        }
    }

    @Test
    void wrongCredentialsAreRefusedAndADisabledDeviceIsForbidden() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (Map.Entry<String, Integer> expected : Map.of(
                            basic("d:1", TestDevices.OTHER_KEY), 401,
                            basic("unknown", KEY), 401,
                            basic("off", KEY), 403)
                    .entrySet()) {
                // When
                HttpResponse<String> response = send(
                        client,
                        request("http", "/v1/telemetry")
                                .header("Authorization", expected.getKey())
                                .POST(BodyPublishers.ofString("{}"))
                                .build());

                // Then
                assertThat(response.statusCode()).isEqualTo(expected.getValue());
                assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
            }
        }
    }

    @Test
    void httpsTakesKeysAndCertificatesOfTheAuthority() throws Exception {
        // Given
        HttpRequest withoutKey = request("https", "/v1/telemetry")
                .POST(BodyPublishers.ofString("{\"by\":\"certificate\"}"))
                .build();

        try (HttpClient keyed = client(null);
                HttpClient certified = client(certificates.device("CN=certified"));
                HttpClient forged = client(new TestCertificates().device("CN=certified"))) {
            // When
            HttpResponse<String> byKey = send(keyed, telemetry("https", "{\"by\":\"key\"}"));
            HttpResponse<String> byCertificate = send(certified, withoutKey);
            HttpResponse<String> byForgery = send(forged, withoutKey);

            // Then
            assertThat(byKey.statusCode()).isEqualTo(202);
            assertThat(byCertificate.statusCode()).isEqualTo(202);
            assertThat(byForgery.statusCode()).isEqualTo(401);
            assertThat(stored("certified")).containsExactly("{\"by\":\"certificate\"}");
        }
    }

    private HttpClient client(TestCertificates.@Nullable Identity identity) throws Exception {
        return HttpClient.newBuilder().sslContext(context(identity)).build();
    }

    private SSLContext context(TestCertificates.@Nullable Identity identity) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificates.authority());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        if (identity != null) {
            own.setKeyEntry("own", identity.key(), new char[0], new Certificate[] {identity.certificate()});
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void oldCipherSuitesAreRefusedAndTlsOneTwoWithGoodOnesIsNot() throws Exception {
        assertThat(handshake("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"))
                .isTrue();
        assertThat(handshake("TLSv1.3", "TLS_AES_128_GCM_SHA256")).isTrue();
        assertThat(handshake("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"))
                .isFalse();
    }

    private boolean handshake(String protocol, String suite) throws Exception {
        try (SSLSocket socket = (SSLSocket) context(null).getSocketFactory().createSocket("localhost", port("https"))) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {protocol});
            parameters.setCipherSuites(new String[] {suite});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return true;
        } catch (SSLHandshakeException refused) {
            return false;
        }
    }

    @Test
    void curlSendsAReadingAsTheReadmeSays() throws Exception {
        // Given
        Assumptions.assumeThat(Path.of("/usr/bin/curl")).exists();

        // When
        Process curl = new ProcessBuilder(
                        "/usr/bin/curl",
                        "--silent",
                        "--show-error",
                        "--max-time",
                        "20",
                        "--cacert",
                        folder.resolve("ca.pem").toString(),
                        "--user",
                        "d:1:" + KEY,
                        "--header",
                        "Content-Type: application/json",
                        "--data",
                        "{\"from\":\"curl\"}",
                        "https://localhost:" + port("https") + "/v1/telemetry")
                .redirectErrorStream(true)
                .start();
        String output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(output).startsWith("{\"receipts\":[{\"partition\":");
        assertThat(curl.waitFor()).isZero();
        assertThat(stored("d:1")).contains("{\"from\":\"curl\"}");
    }

    @Test
    void withKafkaAwayARequestGets503WithRetryAfterAndLaterRequestsSucceedWithoutARestart() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            // Given
            hub.command("d:1", "held", "{}", Duration.ofMinutes(5));
            HttpRequest ask = request("http", "/v1/commands?wait=30")
                    .header("Authorization", basic("d:1", KEY))
                    .timeout(Duration.ofSeconds(60))
                    .build();
            assertThat(send(client, ask).headers().firstValue("command-id")).contains("held");
            HttpRequest answer = request("http", "/v1/commands/held/result")
                    .header("Authorization", basic("d:1", KEY))
                    .POST(BodyPublishers.noBody())
                    .build();
            hub.stopBroker();

            // When
            HttpResponse<String> away = send(client, telemetry("http", "{\"while\":\"away\"}"));
            int answerAway = send(client, answer).statusCode();
            hub.startBroker();

            // Then
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(away.headers().firstValue("retry-after")).contains("2");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            send(client, telemetry("http", "{\"back\":true}")).statusCode() == 202);
            assertThat(stored("d:1")).contains("{\"back\":true}");
            assertThat(answerAway).isEqualTo(503);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> send(client, answer).statusCode() == 202);
            assertThat(hub.results("d:1", "held")).containsOnlyOnce(CommandStatus.SUCCEEDED);
        }
    }

    @Test
    void randomBytesOnEitherPortLeaveTheGatewayServing() throws Exception {
        // Given
        Random random = new Random(7);

        // When
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[1 + random.nextInt(2000)];
            random.nextBytes(noise);
            try (Socket socket = new Socket("localhost", port(i % 2 == 0 ? "http" : "https"))) {
                socket.setSoTimeout(10_000);
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream();
                out.write(noise);
                out.flush();
                socket.shutdownOutput();
                in.readAllBytes();
            } catch (IOException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }

        // Then
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(send(client, telemetry("http", "{}")).statusCode()).isEqualTo(202);
        }
    }

    @Test
    void aStoppingGatewayDoesNotWaitForIdleConnectionsAndHasStoredWhatItAcknowledged() throws Exception {
        // Given
        Gateway second = started();
        int port = Integer.parseInt(second.endpoints().getFirst().replaceAll(".*:", ""));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/telemetry"))
                .header("Authorization", basic("d:1", KEY))
                .POST(BodyPublishers.ofString("last words"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(send(client, request).statusCode()).isEqualTo(202);

            // When
            long before = System.nanoTime();
            second.close();

            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
            assertThat(stored("d:1")).contains("last words");
            assertThatThrownBy(() -> send(client, request)).isInstanceOf(IOException.class);
        } finally {
            second.close();
        }
    }
}
