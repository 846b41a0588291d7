package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.control.TestHub.Reply;
import io.headrace.record.AuditEntry;
import io.headrace.record.Origin;
import io.headrace.record.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Models and predictions, over HTTP and on a broker. */
class ModelsIT {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static TestHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = SharedHub.get();
    }

    @Test
    void aModelIsPutReplacedTakenBackAndItsPredictionsAreShown() throws Exception {
        // Given
        String models = "/api/v1/models/";
        hub.send(
                hub.topics.predictions(),
                null,
                "pump",
                hub.encoded(hub.topics.predictions(), prediction(3.6e9)),
                Map.of());

        // When
        Reply made = hub.call("PUT", models + "plain", model("wear", -10));
        Reply next = hub.call("PUT", models + "plain", model("wear", -5));
        Reply back = hub.call("POST", models + "plain:activate", "{\"version\": 1}");
        Reply unknown = hub.call("POST", models + "plain:activate", "{\"version\": 7}");
        Reply off = hub.call("POST", models + "plain:deactivate", null);
        Reply wrong = hub.call("PUT", models + "plain", model("deeper", -10));
        Reply viewer = hub.call("POST", models + "plain:activate", null, TestHub.VIEWER);

        // Then
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("version").asLong()).isEqualTo(1);
        assertThat(made.json().path("createdBy").asText()).isEqualTo("admin");
        assertThat(made.json().has("inForceFrom")).isFalse();
        assertThat(next.status()).isEqualTo(200);
        assertThat(next.json().path("version").asLong()).isEqualTo(2);
        assertThat(next.json().path("earlierVersion").asLong()).isEqualTo(1);
        assertThat(back.json().path("version").asLong()).isEqualTo(1);
        assertThat(unknown.status()).isEqualTo(409);
        assertThat(off.json().path("enabled").asBoolean()).isFalse();
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().path("detail").asText()).isEqualTo("kind is deeper where wear is known");
        assertThat(viewer.status()).isEqualTo(403);
        assertThat(hub.get("/api/v1/models").json().at("/models/0").has("parameters"))
                .isFalse();
        assertThat(hub.get(models + "plain").json().at("/parameters/second/0").asDouble())
                .isEqualTo(-10);
        assertThat(hub.read(hub.topics.models()).getLast().getEnabled()).isFalse();
        assertThat(hub.read(hub.topics.audit()))
                .extracting(AuditEntry::getAction)
                .contains("model.put", "model.activate", "model.deactivate");
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonNode told = hub.get("/api/v1/devices/pump/predictions").json().at("/predictions/0");
            assertThat(told.path("remainingMs").asLong()).isEqualTo(3_600_000);
            assertThat(told.path("endsAt").asText()).isEqualTo("2026-01-01T13:00:00Z");
            assertThat(told.has("highMs")).isFalse();
        });
        assertThat(hub.call("DELETE", models + "plain", null).status()).isEqualTo(204);
        assertThat(hub.get(models + "plain").status()).isEqualTo(404);
    }

    private static Prediction prediction(double micros) {
        return Prediction.newBuilder()
                .setDeviceId("pump")
                .setModel("plain")
                .setVersion(1)
                .setAt(NOON)
                .setReceivedAt(NOON)
                .setRemainingUs((long) micros)
                .setLowUs((long) micros / 2)
                .setHealth(0.5)
                .setOrigin(new Origin(0, 1L, 0))
                .build();
    }

    /** Of one metric. */
    static String model(String kind, double first) {
        String zeros = String.join(",", Collections.nCopies(12, "0.0"));
        String ten = String.join(",", Collections.nCopies(10, "1.0"));
        return """
            {"kind": "%s", "metrics": ["heat"], "stepMs": 60000, "limitSteps": 100,
             "parameters": {"means": [20], "deviations": [1], "middle": [20], "spread": [1], "healthy": [0],
               "first": [0,%s], "second": [%s,%s,0,0,0,0,0,0,0,0,0,60], "below": [%s], "above": [%s]},
             "trainedOn": {"devices": 10, "lives": 10, "rows": 1000, "from": "2026-01-01T00:00:00Z",
               "to": "2026-01-02T00:00:00Z", "source": "cold"},
             "error": {"rmseMs": 1.5, "rmseOfMeanMs": 3, "coverage": 0.9}}\
            """.formatted(kind, zeros, first, zeros, ten, ten);
    }
}
