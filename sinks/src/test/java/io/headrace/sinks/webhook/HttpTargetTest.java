package io.headrace.sinks.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.headrace.sinks.webhook.Answer.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests to a real HTTPS server, their signatures checked by the library that Standard Webhooks gives to receivers. */
class HttpTargetTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OLD_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final byte[] BODY = "{\"text\": \"größer\"}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path folder;

    private static HttpsServer server;
    private static ExecutorService threads;
    private static final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private static final CountDownLatch end = new CountDownLatch(1);
    private static volatile Handler handler = exchange -> exchange.sendResponseHeaders(204, -1);

    private record Request(Map<String, List<String>> headers, String body) {}

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException, InterruptedException;
    }

    @BeforeAll
    static void start() throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(certificate(), "changeit".toCharArray());
        tls.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", HttpTargetTest::handle);
        server.start();
    }

    private static KeyStore certificate() throws Exception {
        Path store = folder.resolve("server.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=hooks",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit");
        run(
                keytool,
                "-exportcert",
                "-rfc",
                "-alias",
                "server",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-file",
                folder.resolve("ca.pem").toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        return keys;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private static void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(new Request(Map.copyOf(exchange.getRequestHeaders()), body));
            handler.handle(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterAll
    static void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @BeforeEach
    void forget() {
        requests.clear();
        handler = exchange -> exchange.sendResponseHeaders(204, -1);
    }

    private static HttpTarget target(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "target.url",
                "https://127.0.0.1:" + server.getAddress().getPort() + "/hook?to=ops",
                "ca.file",
                folder.resolve("ca.pem").toString(),
                "allow.private.addresses",
                "true",
                "request.timeout.ms",
                "5000"));
        all.putAll(settings);
        return new HttpTarget(new WebhookConfig(all), Clock.systemUTC());
    }

    private static Answer post(Map<String, String> settings) {
        try (HttpTarget target = target(settings)) {
            return target.post("telemetry.alerts-3-4711", BODY);
        }
    }

    private static void verify(Request request, String secret) throws WebhookVerificationException {
        new Webhook(secret).verify(request.body(), HttpHeaders.of(request.headers(), (name, value) -> true));
    }

    @Test
    void theReceiversLibraryTakesTheSignatureOfEitherSecret() throws Exception {
        // When
        Answer answer =
                post(Map.of("signing.secret", SECRET, "signing.secret.previous", OLD_SECRET, "header.X-To", "a"));

        // Then
        assertThat(answer.outcome()).isEqualTo(Outcome.DELIVERED);
        Request request = Objects.requireNonNull(requests.poll(1, TimeUnit.SECONDS));
        verify(request, SECRET);
        verify(request, OLD_SECRET);
        assertThat(request.body()).isEqualTo(new String(BODY, StandardCharsets.UTF_8));
        assertThat(request.headers().get("X-to")).containsExactly("a");
        assertThat(request.headers().get("Webhook-id")).containsExactly("telemetry.alerts-3-4711");
        assertThat(request.headers().get("Content-type")).first().asString().startsWith("application/json");
        assertThatThrownBy(() -> verify(new Request(request.headers(), request.body() + " "), SECRET))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "200, DELIVERED", "202, DELIVERED", "204, DELIVERED", "301, AWAY", "308, AWAY", "400, REFUSED", "401, AWAY",
        "403, AWAY", "404, AWAY", "408, AWAY", "409, REFUSED", "410, AWAY", "413, REFUSED", "422, REFUSED",
        "429, AWAY", "500, AWAY", "503, AWAY",
    })
    void theStatusSaysWhetherTheBodyOrTheTargetIsAtFault(int status, Outcome outcome) {
        // Given
        handler = exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, -1);
        };

        // When
        Answer answer = post(Map.of());

        // Then
        assertThat(answer).isEqualTo(new Answer(outcome, "HTTP " + status, Duration.ZERO));
        assertThat(requests).hasSize(1);
    }

    @Test
    void whenToComeAgainIsHeededInBothWritings() {
        // Given
        ZonedDateTime later = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(90);

        // When, Then
        assertThat(retryAfter("120")).isEqualTo(Duration.ofMinutes(2));
        assertThat(retryAfter(DateTimeFormatter.RFC_1123_DATE_TIME.format(later)))
                .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
        assertThat(retryAfter("soon")).isZero();
        assertThat(retryAfter("99999999999999999999")).isZero();
    }

    private static Duration retryAfter(String value) {
        handler = exchange -> {
            exchange.getResponseHeaders().set("Retry-After", value);
            exchange.sendResponseHeaders(429, -1);
        };
        return post(Map.of()).retryAfter();
    }

    @Test
    void aTargetThatHangsCostsTheTimeOutAndNoMore() {
        // Given
        handler = exchange -> end.await(30, TimeUnit.SECONDS);

        // When
        Answer answer = post(Map.of("request.timeout.ms", "300"));

        // Then
        assertThat(answer.outcome()).isEqualTo(Outcome.AWAY);
    }

    @Test
    void soDoesOneThatAnswersAByteAtATime() {
        // Given
        handler = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            for (int i = 0; i < 200 && !end.await(100, TimeUnit.MILLISECONDS); i++) {
                out.write('x');
                out.flush();
            }
        };
        long began = System.nanoTime();

        // When
        Answer answer = post(Map.of("request.timeout.ms", "500"));

        // Then
        assertThat(answer).isEqualTo(Answer.none("no answer within 500 ms"));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void anAnswerWithoutEndIsCutOffAndCounts() {
        // Given
        handler = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            byte[] block = new byte[8192];
            while (end.getCount() > 0) {
                out.write(block);
            }
        };

        // When
        Answer answer = post(Map.of());

        // Then
        assertThat(answer.outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void aCertificateOfNobodyTrustedIsNotTalkedTo() {
        // When
        HashMap<String, String> jvmsOwn = new HashMap<>();
        jvmsOwn.put("ca.file", null);
        Answer answer = post(jvmsOwn);

        // Then
        assertThat(answer.outcome()).isEqualTo(Outcome.AWAY);
        assertThat(answer.detail()).contains("SSL");
        assertThat(requests).isEmpty();
    }

    @Test
    void thisMachineIsNotTalkedToUnlessAllowed() {
        // When
        Answer answer = post(Map.of("allow.private.addresses", "false"));

        // Then
        assertThat(answer)
                .isEqualTo(Answer.none("UnknownHostException: 127.0.0.1 has no public address, and"
                        + " allow.private.addresses is false"));
        assertThat(requests).isEmpty();
    }

    @Test
    void oneConnectionServesManyRequests() throws InterruptedException {
        // When
        try (HttpTarget target = target(Map.of())) {
            for (int i = 0; i < 20; i++) {
                assertThat(target.post("t-0-" + i, BODY).outcome()).isEqualTo(Outcome.DELIVERED);
            }
        }

        // Then
        assertThat(requests).hasSize(20);
    }
}
