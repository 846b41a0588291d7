package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.control.TestHub.Reply;
import io.headrace.record.AuditEntry;
import io.headrace.record.Calibration;
import io.headrace.record.Device;
import io.headrace.secret.SecretBox;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicesIT {
    private static TestHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = SharedHub.get();
    }

    @Test
    void aDeviceIsMadeWithTwoKeysThatAreShownOnceAndStoredSealed() throws Exception {
        // When
        Reply created = hub.call("POST", "/api/v1/devices", "{\"id\":\"made\",\"tags\":{\"site\":\"north\"}}");

        // Then
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.http().headers().firstValue("location")).contains("/api/v1/devices/made");
        assertThat(created.json().path("status").asText()).isEqualTo("enabled");
        byte[] primary =
                Base64.getDecoder().decode(created.json().at("/keys/primary").asText());
        assertThat(primary).hasSize(32);
        Device stored = newest("made");
        assertThat(new SecretBox(io.headrace.config.Secret.of(TestHub.MASTER_KEY))
                        .open("made/primary", bytes(stored.getPrimaryKey())))
                .isEqualTo(primary);
        assertThat(stored.getTags()).containsExactly(Map.entry("site", "north"));
        Reply shown = hub.get("/api/v1/devices/made");
        assertThat(shown.json().has("keys")).isFalse();
        assertThat(shown.json().at("/tags/site").asText()).isEqualTo("north");
    }

    @Test
    void ofTwoThatMakeTheSameDeviceAtOnceOneIsTold409() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            // When
            List<Future<Reply>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(pool.submit(() -> hub.call("POST", "/api/v1/devices", "{\"id\":\"twice\"}")));
            }

            // Then
            List<Integer> statuses = new ArrayList<>();
            for (Future<Reply> call : calls) {
                statuses.add(call.get().status());
            }
            assertThat(statuses).containsOnlyOnce(201).contains(409);
            assertThat(statuses).hasSize(8).allMatch(status -> status == 201 || status == 409);
        }
    }

    @Test
    void aDeviceLivesFromMakingToDeletionAndEachChangeIsAuditedWithoutSecrets() throws Exception {
        // Given
        Reply created = hub.call("POST", "/api/v1/devices", "{\"id\":\"urn:dev:mac:0024\"}");
        String first = created.json().at("/keys/primary").asText();

        // When
        Reply disabled = hub.call("POST", "/api/v1/devices/urn:dev:mac:0024:disable", null);
        Reply quarantined = hub.call("POST", "/api/v1/devices/urn%3Adev%3Amac%3A0024:quarantine", "");
        Reply enabled = hub.call("POST", "/api/v1/devices/urn:dev:mac:0024:enable", null);
        Reply rotated = hub.call("POST", "/api/v1/devices/urn:dev:mac:0024/keys:rotate", null);
        Device stored = newest("urn:dev:mac:0024");
        Reply deleted = hub.call("DELETE", "/api/v1/devices/urn:dev:mac:0024", null);

        // Then
        assertThat(disabled.json().path("status").asText()).isEqualTo("disabled");
        assertThat(quarantined.json().path("status").asText()).isEqualTo("quarantined");
        assertThat(enabled.json().path("status").asText()).isEqualTo("enabled");
        assertThat(rotated.json().path("revision").asInt()).isEqualTo(4);
        assertThat(rotated.json().at("/keys/primary").asText()).isNotEqualTo(first);
        byte[] second = new SecretBox(io.headrace.config.Secret.of(TestHub.MASTER_KEY))
                .open("urn:dev:mac:0024/secondary", bytes(stored.getSecondaryKey()));
        assertThat(Base64.getEncoder().encodeToString(second)).isEqualTo(first);
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(hub.get("/api/v1/devices/urn:dev:mac:0024").status()).isEqualTo(404);
        assertThat(hub.rows(hub.topics.registry()))
                .filteredOn(row -> row.key().equals("urn:dev:mac:0024"))
                .last()
                .satisfies(row -> assertThat(row.value()).isNull());
        List<AuditEntry> audit = hub.read(hub.topics.audit()).stream()
                .filter(entry -> entry.getSubject().equals("urn:dev:mac:0024"))
                .toList();
        assertThat(audit)
                .extracting(AuditEntry::getAction)
                .containsExactly(
                        "device.create",
                        "device.disable",
                        "device.quarantine",
                        "device.enable",
                        "device.rotate-key",
                        "device.delete");
        assertThat(audit).allMatch(entry -> entry.getActor().equals("admin"));
        assertThat(audit.toString())
                .doesNotContain(first)
                .doesNotContain(rotated.json().at("/keys/primary").asText());
    }

    @Test
    void tagsUnitsAndCalibrationsAreMergedAndAuditedAndNothingElseChanges() throws Exception {
        // Given
        hub.call("POST", "/api/v1/devices", "{\"id\":\"oven\",\"tags\":{\"site\":\"north\",\"old\":\"x\"}}");
        Device before = newest("oven");

        // When
        Reply changed = hub.call(
                "PATCH",
                "/api/v1/devices/oven",
                "{\"tags\":{\"type\":\"oven\",\"old\":null},\"units\":{\"t\":\"[degF]\"},\"calibrations\":{\"t\":"
                        + "[{\"from\":\"2026-01-01T01:00:00+01:00\",\"offset\":-2},{\"scale\":1.5}]},\"revision\":0}");
        Reply same = hub.call("PATCH", "/api/v1/devices/oven", "{\"units\":{\"t\":\"[degF]\"}}");
        Reply late = hub.call("PATCH", "/api/v1/devices/oven", "{\"tags\":{\"a\":\"b\"},\"revision\":0}");
        Device stored = newest("oven");
        Reply cleared =
                hub.call("PATCH", "/api/v1/devices/oven", "{\"units\":{\"t\":null},\"calibrations\":{\"t\":null}}");

        // Then
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().path("tags").toString()).isEqualTo("{\"site\":\"north\",\"type\":\"oven\"}");
        assertThat(changed.json().path("units").toString()).isEqualTo("{\"t\":\"[degF]\"}");
        assertThat(changed.json().path("calibrations").toString())
                .isEqualTo("{\"t\":[{\"scale\":1.5,\"offset\":0.0},"
                        + "{\"from\":\"2026-01-01T00:00:00Z\",\"scale\":1.0,\"offset\":-2.0}]}");
        assertThat(same.json().path("revision").asInt()).isEqualTo(1);
        assertThat(late.status()).isEqualTo(409);
        assertThat(stored.getPrimaryKey()).isEqualTo(before.getPrimaryKey());
        assertThat(stored.getStatus()).isEqualTo(before.getStatus());
        assertThat(stored.getCalibrations()).containsOnlyKeys("t");
        assertThat(List.copyOf(stored.getCalibrations().getOrDefault("t", List.of())))
                .containsExactly(
                        new Calibration(null, 1.5, 0.0),
                        new Calibration(Instant.parse("2026-01-01T00:00:00Z"), 1.0, -2.0));
        assertThat(cleared.json().has("units")).isFalse();
        assertThat(cleared.json().has("calibrations")).isFalse();
        List<AuditEntry> audit = hub.read(hub.topics.audit()).stream()
                .filter(entry -> entry.getSubject().equals("oven"))
                .toList();
        assertThat(audit)
                .extracting(AuditEntry::getAction)
                .containsExactly("device.create", "device.change", "device.change");
        assertThat(audit.getLast().toString()).contains("[degF]").contains("1.5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"units\":{\"t\":\"degC\"}}                       | the unit of t must be a UCUM code",
                "{\"units\":{\"t\":\"m999999999\"}}                 | the unit of t must be a UCUM code",
                "{\"units\":{\"\":\"m\"}}                           | units must be under metrics of 1 to 256",
                "{\"calibrations\":{\"a\\nb\":[{\"scale\":0}]}}      | calibrations must be under metrics of 1 to 256",
                "{\"calibrations\":{\"t\":[]}}                      | calibrations of t must be 1 to 16",
                "{\"calibrations\":{\"t\":[null]}}                  | a calibration of t is null",
                "{\"calibrations\":{\"t\":[{\"scale\":0}]}}         | the scale of t must be a number other than 0",
                "{\"calibrations\":{\"t\":[{\"scale\":1e400}]}}     | the scale of t must be a number other than 0",
                "{\"calibrations\":{\"t\":[{\"offset\":-1e400}]}}   | the offset of t must be a number",
                "{\"calibrations\":{\"t\":[{\"scale\":\"2\"}]}}     | wanted is a number",
                "{\"calibrations\":{\"t\":[{\"from\":\"now\"}]}}    | from of t must be a time since 1970",
                "{\"calibrations\":{\"t\":[{},{}]}}                 | two calibrations of t hold from the same time",
                "{\"tags\":{\"a b\":\"c\"}}                         | a tag's name must be",
                "{\"status\":\"enabled\"}                           | the body has an unknown member status",
            })
    void aChangeThatCannotBeIsRefusedInOneLineAndChangesNothing(String body, String why) throws Exception {
        // Given
        hub.call("POST", "/api/v1/devices", "{\"id\":\"steady\"}");

        // When
        Reply refused = hub.call("PATCH", "/api/v1/devices/steady", body);

        // Then
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("detail").asText()).contains(why).doesNotContain("\n", "io.headrace", "java.");
        assertThat(hub.get("/api/v1/devices/steady").json().path("revision").asInt())
                .isZero();
    }

    @Test
    void theListIsFilteredAndPaged() throws Exception {
        // Given
        for (int i = 0; i < 5; i++) {
            hub.call("POST", "/api/v1/devices", "{\"id\":\"page-" + i + "\",\"tags\":{\"floor\":\"" + i % 2 + "\"}}");
        }
        hub.call("POST", "/api/v1/devices/page-3:disable", null);

        // When
        Reply first = hub.get("/api/v1/devices?prefix=page-&limit=3");
        Reply second = hub.get("/api/v1/devices?prefix=page-&limit=3&after="
                + first.json().path("next").asText());
        Reply tagged = hub.get("/api/v1/devices?prefix=page-&tag=floor:1&status=enabled");

        // Then
        assertThat(first.json().path("total").asInt()).isEqualTo(5);
        assertThat(first.json().path("devices").findValuesAsText("id")).containsExactly("page-0", "page-1", "page-2");
        assertThat(second.json().path("devices").findValuesAsText("id")).containsExactly("page-3", "page-4");
        assertThat(second.json().has("next")).isFalse();
        assertThat(tagged.json().path("devices").findValuesAsText("id")).containsExactly("page-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"a b\"}                             | id must be 1 to 128",
                "{}                                           | id must be 1 to 128",
                "{\"id\":7}                                   | the body doesn't fit at id",
                "{\"id\":\"x\",\"colour\":\"red\"}            | the body has an unknown member colour",
                "{\"id\":\"x\",\"tags\":{\"a b\":\"c\"}}      | a tag's name must be",
                "{\"id\":\"x\",\"tags\":{\"a\":null}}         | the tag a must be a text",
                "{\"id\":\"x\",\"primaryThumbprint\":\"zz\"}  | primaryThumbprint must be SHA-256",
                "{\"id\":\"x\",\"messagesPerSecond\":0}       | messagesPerSecond must be at least 1",
                "{\"id\":\"x\",\"id\":\"y\"}                  | the body isn't JSON",
                "{\"id\":                                     | the body isn't JSON",
                "[1]                                          | wanted is an object",
                "null                                         | the body must be a JSON object",
            })
    void aDeviceThatCannotBeIsRefusedInOneLineThatSaysWhy(String body, String why) throws Exception {
        // When
        Reply refused = hub.call("POST", "/api/v1/devices", body);

        // Then
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.http().headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(refused.json().path("detail").asText()).contains(why).doesNotContain("\n", "io.headrace", "java.");
    }

    @Test
    void whoHasNoRightGetsAProblemAndNothingElse() throws Exception {
        assertThat(hub.call("GET", "/api/v1/devices", null, null).status()).isEqualTo(401);
        assertThat(hub.call("GET", "/api/v1/devices", null, "some-other-token-here")
                        .status())
                .isEqualTo(401);
        Reply forbidden = hub.call("POST", "/api/v1/devices", "{\"id\":\"never\"}", TestHub.VIEWER);
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.json().path("detail").asText()).contains("admin").contains("viewer");
        assertThat(hub.call("GET", "/api/v1/devices", null, TestHub.VIEWER).status())
                .isEqualTo(200);
        assertThat(hub.get("/api/v1/devices/never").status()).isEqualTo(404);
        assertThat(hub.get("/api/v1/nothing").status()).isEqualTo(404);
        Reply wrongMethod = hub.call("PUT", "/api/v1/devices", "{}");
        assertThat(wrongMethod.status()).isEqualTo(405);
        assertThat(wrongMethod.http().headers().firstValue("allow")).contains("GET, POST");
        assertThat(hub.call("DELETE", "/api/v1/devices/never", null).status()).isEqualTo(404);
    }

    @Test
    void aBodyBeyondTheLimitIsRefusedAndTheNextRequestIsServed() throws Exception {
        // Given
        String large = "{\"id\":\"large\",\"tags\":{\"a\":\"" + "x".repeat(2 << 20) + "\"}}";

        // When
        Reply refused = hub.call("POST", "/api/v1/devices", large);

        // Then
        assertThat(refused.status()).isEqualTo(413);
        assertThat(hub.get("/api/v1/devices").status()).isEqualTo(200);
    }

    private static Device newest(String id) {
        return hub.read(hub.topics.registry()).stream()
                .filter(device -> device.getId().equals(id))
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
