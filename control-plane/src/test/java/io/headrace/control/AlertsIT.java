package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.control.TestHub.Reply;
import io.headrace.record.Alert;
import io.headrace.record.AlertCommand;
import io.headrace.record.AlertState;
import io.headrace.record.Origin;
import io.headrace.record.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Alerts over HTTP and on a broker; their processor is played here. */
class AlertsIT {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static TestHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = SharedHub.get();
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
}
