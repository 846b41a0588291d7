package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.control.TestHub.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes is answered with what is wrong about it, and never with a fault of ours. */
class BadInputIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FAR = "\"+1000000000-12-31T23:59:59.999999999Z\"";
    /** In the place of anything. */
    private static final List<String> ODD = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1.5",
            "1e308",
            "9223372036854775807",
            "123456789012345678901234567890",
            "\"\"",
            "\"x\"",
            "\"\\u0000\\n\"",
            "\"\\ud800\"",
            "\"${message}\"",
            FAR,
            FAR.replace("+", "-"),
            "\"PT2562047788015215H30M8S\"",
            "\"" + "y".repeat(70_000) + "\"",
            "[]",
            "[null]",
            "[[]]",
            "{}",
            "{\"x\":null}");

    private static final List<String> NO_OBJECT = List.of(
            "null", "[]", "\"\"", "1", "{", "{\"a\":1,\"a\":2}", "{\"\":{}}", "[".repeat(5_000), "\u0000", "{} {}");
    private static final List<String> ODD_WORDS = List.of(
            "-1",
            "0",
            "x",
            "1e9",
            "99999999999999999999",
            "%00",
            "%0a",
            "%ff",
            "a%2Fb",
            "%2e%2e",
            "%C3%BC",
            "-1000000000-01-01T00:00:00Z",
            "%2B1000000000-12-31T23:59:59Z",
            "y".repeat(2_000));

    private static TestHub hub;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        hub = new TestHub(SharedHub.get().bootstrap, "bad-input.", folder, Map.of());
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void whateverStandsInABody() throws Exception {
        // Given
        String[][] sound = {
            {"POST", "/api/v1/devices", """
                {"id": "d", "tags": {"a": "b"}, "messagesPerSecond": 10, "bytesPerSecond": 1000,
                 "certificateAuthority": false}"""},
            {"PATCH", "/api/v1/devices/d", """
                {"tags": {"a": "b"}, "units": {"t": "Cel"}, "calibrations": {"t":
                  [{"from": "2026-01-01T00:00:00Z", "scale": 1.5, "offset": 2}]}}"""},
            {"POST", "/api/v1/devices/d/keys:rotate", "{\"slot\": \"primary\"}"},
            {"POST", "/api/v1/devices/d/commands", """
                {"id": "c", "name": "open", "payload": {"percent": 4}, "ttlSeconds": 30}"""},
            {"POST", "/api/v1/devices/d/commands", """
                {"name": "open", "payloadBase64": "AA==", "contentType": "a/b"}"""},
            {"PUT", "/api/v1/routes/r", """
                {"condition": "values.t > 80.0", "tiers": ["hot", "warm"], "topic": "alarm", "addTags": {"a": "b"},
                 "fallback": true, "enabled": true, "keep": {"warm": 7}}"""},
            {"POST", "/api/v1/routes:test", """
                {"route": {"id": "r", "condition": "true", "tiers": ["hot"]},
                 "readings": [{"device": "d", "channel": "c", "values": {"t": 1}, "tags": {"a": "b"}}]}"""},
            {"PUT", "/api/v1/rules/r", """
                {"check": {"kind": "threshold", "metric": "t", "above": 80, "hysteresis": 5},
                 "target": {"tags": {"a": "b"}, "devices": ["d"]}, "maxPerHour": 4, "forMs": 60000,
                 "severity": "critical", "message": "hot", "effectiveAt": "2026-01-01T00:00:00Z", "enabled": true,
                 "schedule": {"zone": "Europe/Berlin", "days": ["monday"], "from": "08:00", "to": "17:00"},
                 "group": {"by": ["a"], "min": 3, "withinMs": 60000, "holdMs": 5000},
                 "escalation": {"afterMs": 600000, "severity": "critical", "repeat": 2},
                 "actions": [
                   {"command": {"name": "stop", "payload": {"why": "${message}"}, "ttlMs": 60000}, "on": ["raised"]},
                   {"email": {"to": ["a@b.example"], "subject": "x"}}, {"webhook": "ops"}]}"""},
            {"PUT", "/api/v1/rules/s", "{\"check\": {\"kind\": \"silent\", \"afterMs\": 300000}}"},
            {"PUT", "/api/v1/rules/c", """
                {"condition": "values.t > 80.0", "clearCondition": "values.t < 70.0"}"""},
            {"POST", "/api/v1/rules:validate", "{\"condition\": \"values.t > 80.0\"}"},
            {"PUT", "/api/v1/maintenance/m", """
                {"target": {"devices": ["d"], "tags": {"a": "b"}}, "from": "2026-01-01T12:00:00Z",
                 "to": "2026-01-01T13:00:00Z", "note": "new"}"""},
            {"PUT", "/api/v1/mappings/m", """
                {"tags": {"a": "b"}, "topic": "plant/+", "expression": "{'t': payload.raw / 10.0}"}"""},
            {"PUT", "/api/v1/models/m", ModelsIT.model("wear", -10)},
            {"POST", "/api/v1/models/m:activate", "{\"version\": 1}"},
            {"POST", "/api/v1/dead-letters:replay", """
                {"rate": 60, "topic": "telemetry.raw.dlq", "reason": "TOO_DEEP", "device": "d", "maxReplays": 2,
                 "from": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}"""},
        };
        for (String[] each : sound) {
            Reply reply = hub.call(each[0], each[1], each[2]);
            assertThat(reply.status()).as(each[1] + " " + reply.json()).isLessThan(400);
        }

        // When
        List<String> faults = new ArrayList<>();
        for (String[] each : sound) {
            for (String body : NO_OBJECT) {
                look(each[0], each[1], body, faults);
            }
            for (String body : mutants(JSON.readTree(each[2]))) {
                look(each[0], each[1], body, faults);
            }
        }

        // Then
        assertThat(faults).isEmpty();
    }

    /** Every member at any depth once each odd thing, once not there, and once more beside one that nobody knows. */
    private static List<String> mutants(JsonNode sound) {
        List<String> mutants = new ArrayList<>();
        String text = sound.toString();
        mutate(sound, () -> mutants.add(sound.toString()));
        assertThat(sound.toString()).isEqualTo(text);
        return mutants;
    }

    private static void mutate(JsonNode node, Runnable made) {
        if (node instanceof ObjectNode object) {
            object.put("nobody", 1);
            made.run();
            object.remove("nobody");
            for (String name : List.copyOf(
                    object.properties().stream().map(Map.Entry::getKey).toList())) {
                JsonNode value = object.get(name);
                for (String odd : ODD) {
                    object.set(name, tree(odd));
                    made.run();
                }
                object.set(name, value);
                mutate(value, made);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < Math.min(2, array.size()); i++) {
                JsonNode value = array.get(i);
                for (String odd : ODD) {
                    array.set(i, tree(odd));
                    made.run();
                }
                array.set(i, value);
                mutate(value, made);
            }
        }
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whateverStandsInAPathOrBehindIt() throws Exception {
        // Given
        JsonNode document;
        try (InputStream in = Objects.requireNonNull(ControlPlane.class.getResourceAsStream("openapi.json"))) {
            document = JSON.readTree(in);
        }

        // When
        List<String> faults = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (operation.getKey().equals("parameters") || path.getKey().equals("/api/v1/stream")) {
                    continue;
                }
                String method = operation.getKey().toUpperCase(Locale.ROOT);
                for (String word : ODD_WORDS) {
                    String odd = path.getKey().replaceAll("\\{\\w+}", word);
                    if (!odd.equals(path.getKey())) {
                        look(method, odd, method.equals("GET") ? null : "{}", faults);
                    }
                    if (!method.equals("GET")) {
                        continue;
                    }
                    String plain = path.getKey().replaceAll("\\{\\w+}", "d");
                    for (JsonNode parameter : operation.getValue().path("parameters")) {
                        look(method, plain + "?" + parameter.path("name").asText() + "=" + word, null, faults);
                    }
                }
            }
        }

        // Then
        assertThat(faults).isEmpty();
    }

    private static void look(String method, String path, @Nullable String body, List<String> faults) throws Exception {
        Reply reply = hub.call(method, path, body);
        String text = reply.http().body();
        boolean isTold = reply.status() < 400
                || !(reply.json().path("detail").asText().isBlank()
                        || text.contains("xception")
                        || text.contains("io.headrace"));
        // 503: no processors, and no stores, are there
        if (!isTold || (reply.status() >= 500 && reply.status() != 503)) {
            faults.add(method + " " + brief(path) + " " + brief(body) + ": " + reply.status() + " " + brief(text));
        }
    }

    private static String brief(@Nullable String text) {
        return text == null ? "" : text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
