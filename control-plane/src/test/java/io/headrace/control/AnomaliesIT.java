package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.control.TestHub.Reply;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyFeedback;
import io.headrace.record.AnomalyPoint;
import io.headrace.record.AnomalyState;
import io.headrace.record.Origin;
import io.headrace.record.Severity;
import io.headrace.record.Suppression;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Anomalies over HTTP and on a broker; their processor is played here. */
class AnomaliesIT {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static TestHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = SharedHub.get();
    }

    /** The processor that watches the metric is played here: it answers what it finds in its topic. */
    @Test
    void anAnomalyIsListedShownAndCalledAFalseAlarm() throws Exception {
        // Given
        String path = "/api/v1/anomalies/boiler-9%2Fpressure%2F2:17";
        Anomaly open = Anomaly.newBuilder()
                .setId("boiler-9/pressure/2:17")
                .setState(AnomalyState.OPEN)
                .setDeviceId("boiler-9")
                .setMetric("pressure")
                .setSeverity(Severity.CRITICAL)
                .setStart(NOON)
                .setReceivedAt(NOON)
                .setDetector("habit")
                .setScore(0.8)
                .setValue(7)
                .setPeakValue(9.0)
                .setReason("unlike its past")
                .setEvidence(List.of(new AnomalyPoint(NOON, 7.0)))
                .setOrigin(new Origin(2, 17L, 0))
                .build();
        told(open);
        told(Anomaly.newBuilder(open)
                .setId("boiler-9/pressure/2:18")
                .setSuppressed(Suppression.MAINTENANCE)
                .setSuppressedBy("swap")
                .build());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> hub.get(path).status() == 200
                        && hub.get(path.replace("17", "18")).status() == 200);

        // When
        Thread processor = Thread.startVirtualThread(() -> Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    Optional<AnomalyFeedback> said = hub.read(hub.topics.anomalyFeedback()).stream()
                            .filter(each -> each.getAnomaly().equals(open))
                            .findFirst();
                    return said.isPresent()
                            && told(Anomaly.newBuilder(open)
                                    .setRevision(1)
                                    .setVerdict(said.get().getVerdict())
                                    .setAcknowledgedBy(said.get().getBy())
                                    .setNote(said.get().getNote())
                                    .build());
                }));
        Reply done = hub.call("POST", path + ":false-alarm", "{\"note\":\"a drill\"}");
        processor.join();
        Reply again = hub.call("POST", path + ":false-alarm", null);
        Reply viewer = hub.call("POST", path + ":ack", null, TestHub.VIEWER);

        // Then
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.json().path("verdict").asText()).isEqualTo("false-alarm");
        assertThat(done.json().path("acknowledgedBy").asText()).isEqualTo("admin");
        assertThat(done.json().path("note").asText()).isEqualTo("a drill");
        assertThat(done.json().at("/evidence/0/value").asDouble()).isEqualTo(7);
        assertThat(again.status()).isEqualTo(409);
        assertThat(viewer.status()).isEqualTo(403);
        String list = "/api/v1/anomalies?device=boiler-9&state=open&severity=critical&since=2026-01-01T12:00:00Z";
        assertThat(hub.get(list).json().path("anomalies")).hasSize(1);
        assertThat(hub.get(list + "&suppressed=true").json().path("anomalies")).hasSize(2);
        assertThat(hub.get(list.replace("12:00:00", "12:00:01")).json().path("anomalies"))
                .isEmpty();
        assertThat(hub.get("/api/v1/anomalies?device=boiler-9&state=closed")
                        .json()
                        .path("anomalies"))
                .isEmpty();
        for (String wrong : List.of("state=odd", "severity=odd", "since=odd", "suppressed=odd")) {
            assertThat(hub.get("/api/v1/anomalies?" + wrong).status()).isEqualTo(400);
        }
        assertThat(hub.get("/api/v1/anomalies/none").status()).isEqualTo(404);
    }

    private static boolean told(Anomaly anomaly) throws Exception {
        byte[] record = hub.encoded(hub.topics.anomalies(), anomaly);
        hub.send(hub.topics.anomalies(), null, anomaly.getDeviceId(), record, Map.of());
        return true;
    }
}
