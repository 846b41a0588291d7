package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static io.headrace.gateway.identity.TestDevices.OTHER_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.config.Settings;
import io.headrace.gateway.coap.DtlsClient;
import io.headrace.gateway.identity.TestDevices;
import io.headrace.record.CommandStatus;
import io.headrace.record.DeviceStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CoAP of a whole gateway on a real broker: Californium's client, and libcoap's with three TLS libraries. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CoapIT {
    private static final List<String> DISABLED_LATER = List.of("ended-1", "ended-2", "ended-3");
    private static final byte[] KEY_BYTES = Base64.getDecoder().decode(KEY);

    private final TestCertificates certificates = new TestCertificates();
    private final TestCertificates.Identity printed = TestCertificates.selfSigned("CN=whatever");
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Path folder;
    private TestHub hub;
    private Gateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException, GeneralSecurityException {
        this.folder = folder;
        certificates.server().write(folder, "server");
        TestCertificates.Identity certified = certificates.device("CN=certified");
        certified.write(folder, "certified");
        Files.writeString(folder.resolve("certified-key.pem"), withPublicKey(certified));
        printed.write(folder, "printed");
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(certificates.authority()));
        Files.writeString(folder.resolve("master.key"), "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
        hub = new TestHub(folder.resolve("kafka"));
        for (String id :
                List.of("plain", "keyed", "blocks", "stopped", "slow", "rotated", "worker", "notls", "openssl")) {
            hub.register(id, TestDevices.withKey(id, KEY).build());
        }
        for (String id : DISABLED_LATER) {
            hub.register(id, TestDevices.withKey(id, KEY).build());
        }
        hub.register(
                "off",
                TestDevices.withKey("off", KEY).setStatus(DeviceStatus.DISABLED).build());
        hub.register(
                "certified",
                TestDevices.device("certified").setCertificateAuthority(true).build());
        hub.register(
                "printed",
                TestDevices.device("printed")
                        .setPrimaryThumbprint(HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256")
                                        .digest(printed.certificate().getEncoded())))
                        .build());
        gateway = started();
    }

    /** PEM of a key in the one form that every library reads: with the curve and the public key in it (RFC 5915). */
    private static String withPublicKey(TestCertificates.Identity identity) throws IOException {
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(
                identity.certificate().getPublicKey().getEncoded());
        ECPrivateKey whole = new ECPrivateKey(
                256,
                ((java.security.interfaces.ECPrivateKey) identity.key()).getS(),
                info.getPublicKeyData(),
                SECObjectIdentifiers.secp256r1);
        return TestCertificates.pem(new PemObject("EC PRIVATE KEY", whole.getEncoded()));
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
        settings.put("gateway.mqtt.listen", "off");
        settings.put("gateway.mqtts.listen", "off");
        settings.put("gateway.amqp.listen", "off");
        settings.put("gateway.amqps.listen", "off");
        settings.put("gateway.coap.listen", "127.0.0.1:0");
        settings.put("gateway.coaps.listen", "127.0.0.1:0");
        settings.put("gateway.coap.ack-timeout", "4s");
        settings.put("gateway.tls.certificate", folder.resolve("server.pem").toString());
        settings.put("gateway.tls.private-key", folder.resolve("server-key.pem").toString());
        settings.put("gateway.tls.client-authorities", folder.resolve("ca.pem").toString());
        return Gateway.start(GatewayConfig.from(Settings.of(settings)), hub.schemas, meters);
    }

    @AfterAll
    void stop() {
        gateway.close();
        hub.close();
    }

    private int port(String scheme) {
        String line = gateway.endpoints().stream()
                .filter(endpoint -> endpoint.startsWith(scheme + " "))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    private List<ConsumerRecord<String, byte[]>> stored(String device) {
        return hub.raw().stream().filter(record -> record.key().equals(device)).toList();
    }

    private List<String> payloads(String device) {
        return stored(device).stream().map(TestHub::text).toList();
    }

    /** Has one of libcoap's clients post; what it prints with its own debugging on. */
    private String libcoap(String library, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-m", "post"));
        all.addAll(Arrays.asList(arguments));
        return libcoap(library, all);
    }

    /** Runs one of libcoap's clients; what it prints with its own debugging on, at most 20 s. */
    private static String libcoap(String library, List<String> arguments) throws IOException, InterruptedException {
        Path program = Path.of("/usr/bin/coap-client-" + library);
        Assumptions.assumeThat(program.toFile().canExecute())
                .as(program + " is installed")
                .isTrue();
        List<String> command = new ArrayList<>(List.of(program.toString(), "-v", "6", "-B", "15"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return e.toString();
            }
        });
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return output.join();
    }

    @Test
    void libcoapPostsInPlaintext() throws Exception {
        String said = libcoap(
                "notls",
                "-t",
                "50",
                "-e",
                "{\"temperature\":20.5}",
                "coap://127.0.0.1:" + port("coap") + "/v1/telemetry/hall?device=plain&password="
                        + KEY.replace("=", "%3D"));

        assertThat(said).contains("c:2.04");
        ConsumerRecord<String, byte[]> record = stored("plain").getFirst();
        assertThat(TestHub.text(record)).isEqualTo("{\"temperature\":20.5}");
        assertThat(Headers.find(record.headers(), Headers.PROTOCOL)).contains("coap");
        assertThat(Headers.find(record.headers(), Headers.CONTENT_TYPE)).contains("application/json");
        assertThat(Headers.find(record.headers(), Headers.CHANNEL)).contains("hall");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "gnutls"})
    void libcoapPostsWithAKey(String library) throws Exception {
        String payload = "{\"by\":\"" + library + "\"}";

        String said = libcoap(
                library,
                "-u",
                "keyed",
                "-k",
                new String(KEY_BYTES, StandardCharsets.US_ASCII),
                "-t",
                "50",
                "-e",
                payload,
                "coaps://127.0.0.1:" + port("coaps") + "/v1/telemetry");

        assertThat(said).contains("c:2.04");
        assertThat(payloads("keyed")).contains(payload);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "gnutls"})
    void libcoapPostsWithACertificate(String library) throws Exception {
        String payload = "{\"certified\":\"" + library + "\"}";

        String said = libcoap(
                library,
                "-c",
                folder.resolve("certified.pem").toString(),
                "-j",
                folder.resolve("certified-key.pem").toString(),
                "-R",
                folder.resolve("ca.pem").toString(),
                "-t",
                "50",
                "-e",
                payload,
                "coaps://localhost:" + port("coaps") + "/v1/telemetry");

        assertThat(said).contains("c:2.04");
        assertThat(payloads("certified")).contains(payload);
    }

    @Test
    void libcoapPostsInBlocks() throws Exception {
        Path file = folder.resolve("large.json");
        String payload = "{\"text\":\"" + "x".repeat(10_000) + "\"}";
        Files.writeString(file, payload);

        String said = libcoap(
                "openssl",
                "-b",
                "256",
                "-u",
                "blocks",
                "-k",
                new String(KEY_BYTES, StandardCharsets.US_ASCII),
                "-t",
                "50",
                "-f",
                file.toString(),
                "coaps://127.0.0.1:" + port("coaps") + "/v1/telemetry");

        assertThat(said).contains("c:2.04");
        assertThat(payloads("blocks")).containsExactly(payload);
    }

    @Test
    void aThumbprintIsEnoughAndAnyOtherCertificateIsNot() throws IOException {
        try (DtlsClient known = DtlsClient.withCertificate(printed, certificates.authority());
                DtlsClient stranger = DtlsClient.withCertificate(
                        TestCertificates.selfSigned("CN=printed"), certificates.authority())) {
            assertThat(known.post(port("coaps"), "1")).isEqualTo("2.04");
            assertThat(stranger.post(port("coaps"), "2")).isEqualTo("4.01");
        }
        assertThat(payloads("printed")).containsExactly("1");
    }

    @Test
    void aDisabledDeviceProvesItsKeyAndIsForbidden() throws IOException {
        try (DtlsClient client = DtlsClient.withKey("off", KEY_BYTES)) {
            assertThat(client.post(port("coaps"), "1")).isEqualTo("4.03");
        }
        assertThat(payloads("off")).isEmpty();
    }

    /** Several, since a busy machine may be late with one: then with another it isn't. */
    @Test
    void aSessionEndsWithinASecondOfTheDevicesEnd() throws IOException {
        List<Duration> took = new ArrayList<>();
        for (String id : DISABLED_LATER) {
            took.add(disabled(id));
        }

        assertThat(took).anyMatch(each -> each.compareTo(Duration.ofSeconds(1)) < 0);
    }

    /** From the change of the registration to the session's end. */
    private Duration disabled(String id) throws IOException {
        Duration took;
        try (DtlsClient client = DtlsClient.withKey(id, KEY_BYTES)) {
            assertThat(client.post(port("coaps"), "1")).isEqualTo("2.04");
            double watched = watched();
            long before = System.nanoTime();

            hub.register(
                    id,
                    TestDevices.withKey(id, KEY)
                            .setStatus(DeviceStatus.QUARANTINED)
                            .setRevision(2)
                            .build());

            Awaitility.await()
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> watched() < watched);
            took = Duration.ofNanos(System.nanoTime() - before);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(client.post(port("coaps"), "2")).isEqualTo("4.03"));
        }
        assertThat(payloads(id)).containsExactly("1");
        return took;
    }

    private double watched() {
        return meters.get("headrace.identity.connections").gauge().value();
    }

    @Test
    void theSecondaryKeyWorksAfterARotation() throws IOException {
        String id = "rotated";
        hub.register(
                id,
                TestDevices.withKey(id, OTHER_KEY)
                        .setSecondaryKey(TestDevices.sealed(id + "/secondary", KEY))
                        .setRevision(2)
                        .build());

        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            try (DtlsClient client = DtlsClient.withKey(id, Base64.getDecoder().decode(OTHER_KEY))) {
                assertThat(client.post(port("coaps"), "new")).isEqualTo("2.04");
            }
        });
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            try (DtlsClient client = DtlsClient.withKey(id, KEY_BYTES)) {
                assertThat(client.post(port("coaps"), "old")).isEqualTo("2.04");
            }
        });
    }

    /** Before it connects and after, over a connection that ends and one that begins; each is done once, or expires once. */
    @Test
    void commandsReachTheirDeviceUntilItHasAnswered() throws Exception {
        Duration enough = Duration.ofMinutes(2);
        String large = "\"" + "x".repeat(30_000) + "\"";
        hub.command("worker", "early", "{\"n\":1}", enough);
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        try (DtlsClient worker = DtlsClient.withKey("worker", KEY_BYTES)) {
            worker.observe(port("coaps"), bodies::add);
            assertThat(next(bodies))
                    .startsWith("{\"id\":\"early\",\"name\":\"open\",")
                    .endsWith("\"payload\":{\"n\":1}}");
            assertThat(worker.answer(port("coaps"), "early", "{\"status\":\"failed\"}"))
                    .isEqualTo("2.04");
            assertThat(worker.answer(port("coaps"), "early", "{\"status\":\"succeeded\"}"))
                    .isEqualTo("2.04");
            assertThat(worker.answer(port("coaps"), "none", "x")).isEqualTo("4.04");
            hub.command("worker", "late", large, enough);
            assertThat(next(bodies)).startsWith("{\"id\":\"late\"").endsWith("\"payload\":" + large + "}");
        }
        try (DtlsClient worker = DtlsClient.withKey("worker", KEY_BYTES)) {
            worker.observe(port("coaps"), bodies::add);
            assertThat(next(bodies)).startsWith("{\"id\":\"late\"");
            assertThat(worker.answer(port("coaps"), "late", "done")).isEqualTo("2.04");
            hub.command("worker", "never", "3", Duration.ofSeconds(1));
            assertThat(next(bodies)).startsWith("{\"id\":\"never\"");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(hub.results("worker", "never"))
                            .containsExactly(CommandStatus.DELIVERED, CommandStatus.EXPIRED));
        }
        assertThat(bodies).allMatch(String::isEmpty);
        assertThat(hub.results("worker", "early"))
                .containsOnlyOnce(CommandStatus.FAILED)
                .doesNotContain(CommandStatus.SUCCEEDED);
        assertThat(hub.results("worker", "late"))
                .contains(CommandStatus.DELIVERED)
                .containsOnlyOnce(CommandStatus.SUCCEEDED);
    }

    /** The next that isn't only to say that nothing waits. */
    private static String next(BlockingQueue<String> bodies) throws InterruptedException {
        String next = "";
        while (next.isEmpty()) {
            next = Objects.requireNonNull(bodies.poll(30, TimeUnit.SECONDS), "no command came");
        }
        return next;
    }

    @ParameterizedTest
    @ValueSource(strings = {"notls", "openssl"})
    void libcoapObservesAndAnswers(String library) throws Exception {
        hub.command(library, "first", "{\"by\":\"libcoap\"}", Duration.ofMinutes(2));
        hub.command(library, "second", "\"" + "y".repeat(3_000) + "\"", Duration.ofMinutes(2));

        List<String> subscribe = new ArrayList<>(List.of("-m", "get", "-s", "3"));
        subscribe.addAll(commands(library, "/v1/commands", ""));
        String said = libcoap(library, subscribe);

        assertThat(said).contains("{\"id\":\"first\"").contains("\"payload\":{\"by\":\"libcoap\"}");
        assertThat(said).contains("{\"id\":\"second\"").contains("yy\"}");
        for (String id : List.of("first", "second")) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(hub.results(library, id)).contains(CommandStatus.DELIVERED));
        }
        List<String> answer = new ArrayList<>(List.of("-m", "post", "-e", "E7"));
        answer.addAll(commands(library, "/v1/commands/first/result", "status=failed"));
        assertThat(libcoap(library, answer)).contains("c:2.04");
        assertThat(hub.results(library, "first")).endsWith(CommandStatus.FAILED);
    }

    /** Address and credentials: with DTLS a key, without it a part of the query. */
    private List<String> commands(String library, String path, String query) {
        if (library.equals("notls")) {
            String credentials = "device=" + library + "&password=" + KEY.replace("=", "%3D");
            return List.of("coap://127.0.0.1:" + port("coap") + path + "?" + credentials + "&" + query);
        }
        return List.of(
                "-u",
                library,
                "-k",
                new String(KEY_BYTES, StandardCharsets.US_ASCII),
                "coaps://127.0.0.1:" + port("coaps") + path + "?" + query);
    }

    @Test
    void whileKafkaIsAwayNothingIsAcknowledgedAndThenItIs() throws Exception {
        hub.command("stopped", "held", "{}", Duration.ofMinutes(5));
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        try (DtlsClient client = DtlsClient.withKey("stopped", KEY_BYTES)) {
            assertThat(client.post(port("coaps"), "before")).isEqualTo("2.04");
            client.observe(port("coaps"), bodies::add);
            assertThat(next(bodies)).contains("held");
            hub.stopBroker();
            try {
                for (int i = 0; i < 2; i++) {
                    assertThat(client.post(port("coaps"), "while away " + i)).isEqualTo("5.03");
                }
                assertThat(client.answer(port("coaps"), "held", "{}")).isEqualTo("5.03");
                String said = libcoap(
                        "notls",
                        "-e",
                        "1",
                        "coap://127.0.0.1:" + port("coap") + "/v1/telemetry?device=stopped&password="
                                + KEY.replace("=", "%3D"));
                assertThat(said).contains("c:5.03").doesNotContain("c:2.04");
            } finally {
                hub.startBroker();
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(client.post(port("coaps"), "after")).isEqualTo("2.04"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(client.answer(port("coaps"), "held", "{}"))
                            .isEqualTo("2.04"));
        }
        assertThat(hub.results("stopped", "held")).containsOnlyOnce(CommandStatus.SUCCEEDED);
        assertThat(payloads("stopped")).startsWith("before").endsWith("after");
    }

    @Test
    void nothingIsWrittenToTheWorkingDirectory() {
        assertThat(Path.of("Californium3.properties")).doesNotExist();
    }
}
