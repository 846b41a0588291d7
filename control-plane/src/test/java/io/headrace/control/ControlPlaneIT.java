package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.headrace.control.TestHub.Reply;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.record.Alert;
import io.headrace.record.AlertCommand;
import io.headrace.record.AlertState;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyFeedback;
import io.headrace.record.AnomalyPoint;
import io.headrace.record.AnomalyState;
import io.headrace.record.AuditEntry;
import io.headrace.record.EffectiveBy;
import io.headrace.record.Maintenance;
import io.headrace.record.Origin;
import io.headrace.record.Prediction;
import io.headrace.record.Route;
import io.headrace.record.Rule;
import io.headrace.record.Severity;
import io.headrace.record.Suppression;
import io.headrace.record.Tier;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes, rules, alerts, dead letters, hot values and the live view, over HTTP and on a broker. Devices have a test of their own. */
class ControlPlaneIT {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static EmbeddedKafka broker;
    private static HttpServer processors;
    private static TestHub hub;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        broker = EmbeddedKafka.start(folder.resolve("kafka"));
        processors = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        processors.createContext("/hot/", exchange -> {
            boolean known = exchange.getRequestURI().getRawPath().startsWith("/hot/known/");
            byte[] body = ("{\"asked\":\"" + exchange.getRequestURI() + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processors.createContext("/mapping-trial", exchange -> {
            byte[] asked = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, asked.length);
            exchange.getResponseBody().write(asked);
            exchange.close();
        });
        processors.createContext("/topology", exchange -> {
            byte[] body = "{\"detail\":\"starting or stopping\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(503, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processors.start();
        String url = "http://127.0.0.1:" + processors.getAddress().getPort();
        hub = new TestHub(broker.bootstrapServers(), "hub1.", folder, Map.of("control-plane.processors-url", url));
    }

    @AfterAll
    static void stop() {
        hub.close();
        processors.stop(0);
        broker.close();
    }

    @Test
    void aRouteIsPutShownReplacedAndDeletedAndEachChangeIsAudited() throws Exception {
        // When
        Reply made = hub.call("PUT", "/api/v1/routes/hot-north", """
                {"condition": "values.temperature > 80.0 && tags.site == \\"north\\"",
                 "tiers": ["hot", "warm"], "topic": "alarm", "addTags": {"level": "high"}}""");
        Reply replaced = hub.call(
                "PUT", "/api/v1/routes/hot-north", "{\"condition\":\"true\",\"tiers\":[\"cold\"],\"fallback\":true}");
        Reply listed = hub.get("/api/v1/routes");
        Route stored = hub.read(hub.topics.routes()).getLast();
        Reply deleted = hub.call("DELETE", "/api/v1/routes/hot-north", null);

        // Then
        assertThat(made.status()).isEqualTo(201);
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(listed.json().at("/routes/0/id").asText()).isEqualTo("hot-north");
        assertThat(listed.json().at("/routes/0/fallback").asBoolean()).isTrue();
        assertThat(stored.getTiers()).containsExactly(Tier.COLD);
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(hub.get("/api/v1/routes/hot-north").status()).isEqualTo(404);
        assertThat(hub.read(hub.topics.audit()))
                .filteredOn(entry -> entry.getSubject().equals("hot-north"))
                .extracting(AuditEntry::getAction)
                .containsExactly("route.put", "route.put", "route.delete");
    }

    @Test
    void aConditionThatCannotBeIsRefusedWithThePlaceInIt() throws Exception {
        // When
        Reply syntax = hub.call("PUT", "/api/v1/routes/r", "{\"condition\":\"values.t >> 3\"}");
        Reply type = hub.call("PUT", "/api/v1/routes/r", "{\"condition\":\"device_id + 1 == 2\"}");
        Reply unknown = hub.call("PUT", "/api/v1/routes/r", "{\"condition\":\"true && colour == 'red'\"}");
        Reply noBoolean = hub.call("PUT", "/api/v1/routes/r", "{\"condition\":\"device_id\"}");
        Reply topic = hub.call("PUT", "/api/v1/routes/r", "{\"condition\":\"true\",\"topic\":\"../raw\"}");
        Reply id = hub.call("PUT", "/api/v1/routes/a%20b", "{\"condition\":\"true\"}");

        // Then
        assertThat(syntax.status()).isEqualTo(400);
        assertThat(syntax.json().path("detail").asText()).startsWith("condition at line 1, column ");
        assertThat(type.json().path("detail").asText()).contains("column 11").contains("_+_");
        assertThat(unknown.json().path("detail").asText()).contains("column 9").contains("colour");
        assertThat(noBoolean.status()).isEqualTo(400);
        assertThat(topic.json().path("detail").asText()).contains("topic must be");
        assertThat(id.status()).isEqualTo(400);
        assertThat(hub.get("/api/v1/routes/r").status()).isEqualTo(404);
    }

    @Test
    void aRuleIsJudgedBeforeItIsStoredAndHasAPointFromWhichOnItJudges() throws Exception {
        // When
        Reply wrong =
                hub.call("POST", "/api/v1/rules:validate", "{\"condition\":\"values.t > 80.0 && tag.site == 'n'\"}");
        Reply refused = hub.call("PUT", "/api/v1/rules/hot", "{\"check\":{\"kind\":\"threshold\",\"metric\":\"t\"}}");
        Reply unknown = hub.call(
                "PUT", "/api/v1/rules/hot", "{\"check\":{\"kind\":\"threshold\",\"metric\":\"t\",\"over\":1}}");
        Reply made = hub.call("PUT", "/api/v1/rules/hot", """
                {"check": {"kind": "threshold", "metric": "t", "above": 80, "hysteresis": 5},
                 "target": {"tags": {"site": "north"}}, "maxPerHour": 4,
                 "schedule": {"zone": "Europe/Berlin", "days": ["monday"], "from": "08:00"}}""");
        Rule first = hub.read(hub.topics.rules()).getLast();
        Reply changed = hub.call(
                "PUT",
                "/api/v1/rules/hot",
                "{\"condition\":\"values.t > 80.0\",\"effectiveAt\":\"2026-01-01T12:00:00Z\"}");
        Rule second = hub.read(hub.topics.rules()).getLast();

        // Then
        assertThat(wrong.json().path("valid").asBoolean()).isFalse();
        assertThat(wrong.json().path("column").asInt()).isEqualTo(20);
        assertThat(wrong.json().path("snippet").asText()).endsWith("\n" + " ".repeat(19) + "^");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("detail").asText()).isEqualTo("check must have above, below or both");
        assertThat(unknown.json().path("detail").asText())
                .isEqualTo("check has an unknown member over: it may have metric, above, below, hysteresis");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().at("/check/kind").asText()).isEqualTo("threshold");
        assertThat(made.json().at("/schedule/days/0").asText()).isEqualTo("monday");
        assertThat(first.getEffectiveAt()).isEqualTo(first.getUpdatedAt().plusSeconds(1));
        assertThat(first.getEffectiveBy()).isEqualTo(EffectiveBy.RECEIVED);
        assertThat(first.getEarlier()).isNull();
        assertThat(changed.json().path("effectiveAt").asText()).isEqualTo("2026-01-01T12:00:00Z");
        // replaced before it ever judged
        assertThat(second.getEarlier()).isNull();
        assertThat(second.getEffectiveBy()).isEqualTo(EffectiveBy.OBSERVED);
    }

    /** The processor that holds the alert is played here: it answers the command that it finds in its topic. */
    @Test
    void anAlertIsListedShownAndAcknowledged() throws Exception {
        // Given
        String id = "hot/boiler-7/1767268800000000";
        String path = "/api/v1/alerts/" + id.replace("/", "%2F");
        alert(id, AlertState.RAISED, null);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> hub.get(path).status() == 200);

        // When
        Thread processor = Thread.startVirtualThread(() -> Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    Optional<AlertCommand> asked = hub.read(hub.topics.alertCommands()).stream()
                            .filter(command -> command.getAlertId().equals(id))
                            .findFirst();
                    return asked.isPresent()
                            && alert(id, AlertState.ACKNOWLEDGED, asked.get().getBy());
                }));
        Reply done = hub.call("POST", path + ":acknowledge", "{\"note\":\"on my way\"}");
        processor.join();
        Reply again = hub.call("POST", path + ":acknowledge", null);
        Reply viewer = hub.call("POST", path + ":acknowledge", null, TestHub.VIEWER);

        // Then
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.json().path("state").asText()).isEqualTo("acknowledged");
        assertThat(done.json().path("acknowledgedBy").asText()).isEqualTo("admin");
        assertThat(again.status()).isEqualTo(409);
        assertThat(viewer.status()).isEqualTo(403);
        AlertCommand command = hub.read(hub.topics.alertCommands()).getLast();
        assertThat(command.getNote()).isEqualTo("on my way");
        assertThat(command.getDeviceId()).isEqualTo("boiler-7");
        assertThat(hub.get("/api/v1/alerts?state=acknowledged&device=boiler-7")
                        .json()
                        .at("/alerts/0/id")
                        .asText())
                .isEqualTo(id);
        assertThat(hub.get("/api/v1/alerts?state=odd").status()).isEqualTo(400);
        assertThat(hub.get("/api/v1/alerts/none").status()).isEqualTo(404);
    }

    @Test
    void aGroupIsOneLineAndItsMembersAreThereForWhoeverAsks() throws Exception {
        // Given
        Alert group = Alert.newBuilder(alert("many/site/north/1", AlertState.RAISED))
                .setDeviceId("site/north")
                .setRuleId("many")
                .setGroup("site/north")
                .setMemberTotal(2)
                .setMemberCount(2)
                .setMembers(List.of("a", "b"))
                .build();
        send(group);
        for (String device : group.getMembers()) {
            Alert member = Alert.newBuilder(alert("many/" + device + "/1", AlertState.RAISED))
                    .setDeviceId(device)
                    .setRuleId("many")
                    .setGroup("site/north")
                    .setPartOf(group.getId())
                    .build();
            send(member);
            send(Alert.newBuilder(member).setState(AlertState.CLEARED).build());
        }
        send(Alert.newBuilder(group).setEscalationLevel(1).build());
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            JsonNode stats = hub.get("/api/v1/rules/many/stats").json();
            return stats.path("cleared").asInt() == 2 && stats.path("escalated").asInt() == 1;
        });

        // When
        JsonNode alone = hub.get("/api/v1/alerts?rule=many").json().path("alerts");
        JsonNode members =
                hub.get("/api/v1/alerts?partOf=many%2Fsite%2Fnorth%2F1").json().path("alerts");
        JsonNode stats = hub.get("/api/v1/rules/many/stats").json();

        // Then
        assertThat(alone).hasSize(1);
        assertThat(alone.at("/0/device").asText()).isEqualTo("site/north");
        assertThat(alone.at("/0/memberCount").asInt()).isEqualTo(2);
        assertThat(members).hasSize(2);
        assertThat(hub.get("/api/v1/alerts?rule=many&members=true").json().path("alerts"))
                .hasSize(3);
        assertThat(hub.get("/api/v1/alerts?rule=many&device=a").json().path("alerts"))
                .hasSize(1);
        assertThat(stats.toString())
                .isEqualTo("{\"standing\":0,\"raised\":2,\"cleared\":2,\"grouped\":2,\"groups\":1,"
                        + "\"groupsStanding\":1,\"acknowledged\":0,\"escalated\":1,\"heldBack\":0}");
    }

    private static boolean alert(String id, AlertState state, @Nullable String by) throws Exception {
        return send(Alert.newBuilder(alert(id, state)).setAcknowledgedBy(by).build());
    }

    private static boolean send(Alert alert) throws Exception {
        String device = alert.getDeviceId();
        hub.send(hub.topics.alerts(), null, device, hub.encoded(hub.topics.alerts(), alert), Map.of());
        return true;
    }

    private static Alert alert(String id, AlertState state) {
        return Alert.newBuilder()
                .setId(id)
                .setDeviceId("boiler-7")
                .setRuleId("hot")
                .setSeverity(Severity.CRITICAL)
                .setState(state)
                .setRaisedAt(NOON)
                .setReceivedAt(NOON)
                .setMessage("t is 81, above 80")
                .setOrigin(new Origin(0, 1L, 0))
                .build();
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

    @Test
    void aMaintenanceIsPutListedAndRemovedAndNeedsAnEndAndATarget() throws Exception {
        // When
        Reply made = hub.call(
                "PUT",
                "/api/v1/maintenance/swap",
                "{\"target\":{\"devices\":[\"boiler-9\"],\"tags\":{\"site\":\"north\"}},"
                        + "\"from\":\"2026-01-01T12:00:00Z\",\"to\":\"2026-01-01T13:00:00Z\",\"note\":\"new pump\"}");
        Reply listed = hub.get("/api/v1/maintenance");

        // Then
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("by").asText()).isEqualTo("admin");
        assertThat(listed.json().at("/maintenance/0/target/tags/site").asText()).isEqualTo("north");
        Maintenance stored = hub.read(hub.topics.maintenance()).getLast();
        assertThat(stored.getFrom()).isEqualTo(NOON);
        assertThat(stored.getTo()).isEqualTo(NOON.plusSeconds(3_600));
        assertThat(stored.getTarget().getDevices()).containsExactly("boiler-9");
        for (String wrong : List.of(
                "{\"to\":\"2026-01-01T13:00:00Z\"}",
                "{\"target\":{}}",
                "{\"target\":{},\"to\":\"soon\"}",
                "{\"target\":{},\"from\":\"2026-01-01T13:00:00Z\",\"to\":\"2026-01-01T13:00:00Z\"}",
                "{\"target\":{\"device\":[]},\"to\":\"2026-01-01T13:00:00Z\"}")) {
            assertThat(hub.call("PUT", "/api/v1/maintenance/wrong", wrong).status())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(hub.call("DELETE", "/api/v1/maintenance/swap", null).status())
                .isEqualTo(204);
        assertThat(hub.get("/api/v1/maintenance/swap").status()).isEqualTo(404);
    }

    @Test
    void aMappingIsPutAndTriedByTheProcessors() throws Exception {
        // When
        Reply made = hub.call("PUT", "/api/v1/mappings/boilers", """
                {"tags": {"group": "boilers"}, "topic": "plant/+", "expression": "{'t': payload.raw / 10.0}"}""");
        Reply invalid = hub.call("PUT", "/api/v1/mappings/m", "{\"expression\":\"{'t': foo}\"}");
        Reply listed = hub.get("/api/v1/mappings");
        Reply tried = hub.call("POST", "/api/v1/mappings:test", """
                {"expression": "{'t': payload.raw / 10.0}", "payload": {"raw": 215}, "tags": {"group": "boilers"}}""");
        Reply nothing = hub.call("POST", "/api/v1/mappings:test", "{\"expression\":\"{}\"}");

        // Then
        assertThat(made.status()).isEqualTo(201);
        assertThat(invalid.json().path("detail").asText()).startsWith("expression at line 1, column 7");
        assertThat(listed.json().at("/mappings/0/tags/group").asText()).isEqualTo("boilers");
        assertThat(hub.read(hub.topics.mappings()).getLast().getTopic()).isEqualTo("plant/+");
        assertThat(tried.json().path("payload").binaryValue())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"raw\":215}");
        assertThat(tried.json().at("/tags/group").asText()).isEqualTo("boilers");
        assertThat(nothing.status()).isEqualTo(400);
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
    private static String model(String kind, double first) {
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
