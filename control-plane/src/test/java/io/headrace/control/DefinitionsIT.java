package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.control.TestHub.Reply;
import io.headrace.record.AuditEntry;
import io.headrace.record.EffectiveBy;
import io.headrace.record.Maintenance;
import io.headrace.record.Route;
import io.headrace.record.Rule;
import io.headrace.record.Tier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Routes, rules, maintenance and mappings, over HTTP and on a broker. */
class DefinitionsIT {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static TestHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = SharedHub.get();
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
}
