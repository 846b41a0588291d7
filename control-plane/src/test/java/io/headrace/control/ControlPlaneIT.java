package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.control.TestHub.Reply;
import io.headrace.record.Anomaly;
import io.headrace.record.Origin;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dead letters, hot values and the live view, over HTTP and on a broker. What people put has tests of its own. */
class ControlPlaneIT {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static TestHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = SharedHub.get();
    }

    @Test
    void deadLettersAreListedNewestFirstFilteredAndShownWhole() throws Exception {
        // Given
        var topic = hub.topics.deadLetters(hub.topics.raw());
        byte[] binary = {(byte) 0xff, (byte) 0xfe, 0};
        hub.send(topic, 0, 1_000, "old", "{bad".getBytes(StandardCharsets.UTF_8), letter("MALFORMED_JSON", "0:7"));
        hub.send(topic, 1, 3_000, "d2", binary, letter("UNKNOWN_CONTENT_TYPE", "1:9"));
        var third = hub.send(topic, 0, 2_000, "d1", "x".getBytes(StandardCharsets.UTF_8), letter("TOO_DEEP", "0:8"));
        hub.send(hub.topics.sinkDeadLetters("warm"), 0, 4_000, "d1", "w".getBytes(StandardCharsets.UTF_8), Map.of());

        // When
        Reply all = hub.get("/api/v1/dead-letters?limit=3");
        Reply ofTopic = hub.get("/api/v1/dead-letters?topic=telemetry.raw.dlq&device=d1");
        Reply ofReason = hub.get("/api/v1/dead-letters?reason=UNKNOWN_CONTENT_TYPE");
        Reply text = hub.get("/api/v1/dead-letters/telemetry.raw.dlq/0/" + third.offset());
        Reply bytes = hub.get("/api/v1/dead-letters/telemetry.raw.dlq/1/0");

        // Then
        assertThat(all.json().path("deadLetters").findValuesAsText("reason"))
                .containsExactly("UNKNOWN", "UNKNOWN_CONTENT_TYPE", "TOO_DEEP");
        assertThat(all.json().path("complete").asBoolean()).isTrue();
        assertThat(ofTopic.json().path("deadLetters").findValuesAsText("origin"))
                .containsExactly("0:8");
        assertThat(ofReason.json().at("/deadLetters/0/device").asText()).isEqualTo("d2");
        assertThat(text.json().path("text").asText()).isEqualTo("x");
        assertThat(text.json().at("/headers/hr-reason").asText()).isEqualTo("TOO_DEEP");
        assertThat(text.json().path("detail").asText()).isEqualTo("one line");
        assertThat(Base64.getDecoder().decode(bytes.json().path("base64").asText()))
                .isEqualTo(binary);
        assertThat(hub.get("/api/v1/dead-letters/telemetry.raw.dlq/0/99").status())
                .isEqualTo(404);
        assertThat(hub.get("/api/v1/dead-letters/telemetry.raw/0/0").status()).isEqualTo(404);
        assertThat(hub.get("/api/v1/dead-letters?topic=telemetry.raw").status()).isEqualTo(404);
        assertThat(hub.get("/api/v1/dead-letters?reason=NONE").status()).isEqualTo(400);
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(hub.get("/api/v1/system")
                                .json()
                                .at("/deadLetters/byReason/TOO_DEEP")
                                .asInt())
                        .isEqualTo(1));
    }

    @Test
    void hotValuesAreThoseOfTheProcessors() throws Exception {
        assertThat(hub.get("/api/v1/devices/known/latest").json().path("asked").asText())
                .isEqualTo("/hot/known/latest");
        assertThat(hub.get("/api/v1/devices/known/recent?metric=a%26b&minutes=5")
                        .json()
                        .path("asked")
                        .asText())
                .isEqualTo("/hot/known/recent?metric=a%26b&minutes=5");
        assertThat(hub.get("/api/v1/devices/known/latest?stale=true")
                        .json()
                        .path("asked")
                        .asText())
                .isEqualTo("/hot/known/latest?stale=true");
        assertThat(hub.get("/api/v1/devices/other/latest").status()).isEqualTo(404);
        assertThat(hub.get("/api/v1/devices/known/recent").status()).isEqualTo(400);
        assertThat(hub.get("/api/v1/devices/known/recent?metric=a&minutes=x").status())
                .isEqualTo(400);
    }

    @Test
    void whatTheProcessorsSayOfThemselvesIsPassedOnAndSoIsWhyTheyDont() throws Exception {
        Reply reply = hub.get("/api/v1/system/topology");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().path("detail").asText()).contains("starting or stopping");
    }

    @Test
    void windowsAndAnomaliesAppearWithTheirHighestRevision() throws Exception {
        // When
        window("w1", "t", NOON, Duration.ofMinutes(1), 0, 3);
        window("w1", "t", NOON, Duration.ofMinutes(1), 1, 4);
        window("w1", "t", NOON, Duration.ofHours(1), 0, 9);
        window("w1", "h", NOON, Duration.ofMinutes(1), 0, 1);
        anomaly("w1", "t", NOON.plusSeconds(5), 0.9);
        anomaly("w2", "t", NOON.plusSeconds(6), 0.8);

        // Then
        Awaitility.await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            assertThat(hub.get("/api/v1/devices/w1/aggregates").json().path("aggregates"))
                    .hasSize(3);
            assertThat(hub.get("/api/v1/anomalies?device=w2").json().path("anomalies"))
                    .hasSize(1);
        });
        JsonNode minute =
                hub.get("/api/v1/devices/w1/aggregates?metric=t&size=PT1M").json();
        assertThat(minute.path("aggregates")).hasSize(1);
        assertThat(minute.at("/aggregates/0/count").asInt()).isEqualTo(4);
        assertThat(minute.at("/aggregates/0/revision").asInt()).isEqualTo(1);
        assertThat(minute.at("/aggregates/0/start").asText()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(minute.path("metrics").toString()).isEqualTo("[\"h\",\"t\"]");
        JsonNode anomaly = hub.get("/api/v1/anomalies?device=w1&limit=5").json().at("/anomalies/0");
        assertThat(anomaly.path("score").asDouble()).isEqualTo(0.9);
        assertThat(anomaly.path("start").asText()).isEqualTo("2026-01-01T12:00:05Z");
        assertThat(anomaly.path("origin").asText()).isEqualTo("0:1");
    }

    @Test
    void theStreamTellsTheSystemEachSecondAndAnomaliesAsTheyCome() throws Exception {
        // Given
        HttpRequest request = HttpRequest.newBuilder(hub.uri("/api/v1/stream"))
                .header("Authorization", "Bearer " + TestHub.VIEWER)
                .timeout(Duration.ofSeconds(20))
                .build();
        HttpResponse<InputStream> response = hub.client().send(request, BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");

        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            // When
            assertThat(lines.readLine()).isEqualTo("event: system");
            assertThat(lines.readLine()).startsWith("data: {\"at\":\"");
            anomaly("streamed", "t", NOON, 0.7);

            // Then
            String line = lines.readLine();
            int systems = 0;
            while (!line.equals("event: anomaly")) {
                systems += line.equals("event: system") ? 1 : 0;
                assertThat(systems).isLessThan(10);
                line = lines.readLine();
            }
            assertThat(lines.readLine()).contains("\"device\":\"streamed\"");
        }
    }

    @Test
    void everyAnswerHasHeadersThatKeepABrowserFromRunningWhatIsNotOurs() throws Exception {
        Reply reply = hub.get("/api/v1/system");
        assertThat(reply.http().headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'")
                .contains("script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(reply.http().headers().firstValue("x-content-type-options")).contains("nosniff");
        assertThat(reply.http().headers().firstValue("cache-control")).contains("no-store");
        assertThat(reply.http().headers().firstValue("set-cookie")).isEmpty();
    }

    @Test
    void whatIsNoHttpIsRefusedWithoutATrace() throws Exception {
        String[] requests = {
            "GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /api/v1/devices/%zz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TestHub.TOKEN + "\r\n\r\n",
            "NONSENSE\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(40_000) + "\r\n\r\n",
            "POST /api/v1/devices HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        };
        for (String request : requests) {
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), hub.uri("/").getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer)
                        .as(request.substring(0, 8))
                        .startsWith("HTTP/1.1 4")
                        .doesNotContain("\tat ", "io.helidon");
            }
        }
        assertThat(hub.get("/api/v1/system").status()).isEqualTo(200);
    }

    private static Map<String, String> letter(String reason, String origin) {
        return Map.of("hr-reason", reason, "hr-origin", origin, "hr-detail", "one line", "hr-stage", "normalize");
    }

    private static void window(String device, String metric, Instant start, Duration size, int revision, long count)
            throws Exception {
        WindowAggregate window = new WindowAggregate(
                device,
                metric,
                WindowKind.TUMBLING,
                start,
                start.plus(size),
                revision,
                false,
                count,
                1d,
                3d,
                6d,
                2d,
                0.5,
                1d,
                3d,
                2d,
                3d,
                3d,
                start.plus(size),
                "",
                0L,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null);
        hub.send(hub.topics.aggregates(), null, device, hub.encoded(hub.topics.aggregates(), window), Map.of());
    }

    private static void anomaly(String device, String metric, Instant at, double score) throws Exception {
        Anomaly anomaly = Anomaly.newBuilder()
                .setDeviceId(device)
                .setMetric(metric)
                .setStart(at)
                .setReceivedAt(at)
                .setDetector("default")
                .setScore(score)
                .setValue(7)
                .setReason("unlike its past")
                .setOrigin(new Origin(0, 1L, 0))
                .build();
        hub.send(hub.topics.anomalies(), null, device, hub.encoded(hub.topics.anomalies(), anomaly), Map.of());
    }
}
