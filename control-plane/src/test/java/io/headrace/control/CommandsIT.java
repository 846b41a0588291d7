package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.control.TestHub.Reply;
import io.headrace.record.CommandResult;
import io.headrace.record.CommandStatus;
import io.headrace.record.DeviceCommand;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands over HTTP and on a broker. */
class CommandsIT {
    private static TestHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = SharedHub.get();
    }

    /** The gateway is played here: it writes the results that the device's answers would make. */
    @Test
    void aCommandIsMadeOnceAndShownWithWhatBecameOfIt() throws Exception {
        // Given
        hub.call("POST", "/api/v1/devices", "{\"id\":\"valve\"}");
        hub.call("POST", "/api/v1/devices", "{\"id\":\"off\"}");
        hub.call("POST", "/api/v1/devices/off:disable", null);
        String commands = "/api/v1/devices/valve/commands";
        String open = "{\"id\":\"c:1\",\"name\":\"open\",\"payload\":{\"percent\":40},\"ttlSeconds\":30}";

        // When
        Reply made = hub.call("POST", commands, open);
        Reply again = hub.call("POST", commands, open);
        Reply other = hub.call("POST", commands, open.replace("40", "41"));
        Reply bytes = hub.call("POST", commands, "{\"name\":\"raw\",\"payloadBase64\":\"AP8=\"}");
        Reply pending = hub.get(commands + "/c:1?waitMs=1");
        result("c:1", CommandStatus.DELIVERED, "");
        result("c:1", CommandStatus.FAILED, "{\"code\":7}");
        result("c:1", CommandStatus.EXPIRED, "");
        Reply over = hub.get(commands + "/c:1?waitMs=30000");

        // Then
        assertThat(made.status()).isEqualTo(202);
        assertThat(made.http().headers().firstValue("location")).contains(commands + "/c%3A1");
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.json().path("createdAt")).isEqualTo(made.json().path("createdAt"));
        assertThat(other.status()).isEqualTo(409);
        assertThat(bytes.json().path("contentType").asText()).isEqualTo("application/octet-stream");
        assertThat(pending.json().path("state").asText()).isEqualTo("pending");
        assertThat(over.json().path("state").asText()).isEqualTo("failed");
        assertThat(over.json().at("/result/payload/code").asInt()).isEqualTo(7);
        assertThat(over.json().path("deliveredAt").asText()).isEqualTo("2026-01-02T03:04:05Z");
        List<DeviceCommand> stored = hub.read(hub.topics.commands());
        assertThat(stored).extracting(DeviceCommand::getName).containsExactlyInAnyOrder("open", "raw");
        assertThat(stored).allMatch(command -> command.getBy().equals("admin"));
        assertThat(hub.get(commands + "?state=failed").json().path("commands")).hasSize(1);
        assertThat(hub.get(commands).json().at("/commands/0/payloadBase64").asText())
                .isEqualTo("AP8=");
        assertThat(hub.read(hub.topics.audit()))
                .filteredOn(entry -> entry.getAction().equals("device.command"))
                .hasSize(2);

        assertThat(hub.call("POST", commands, open, TestHub.VIEWER).status()).isEqualTo(403);
        assertThat(hub.call("POST", "/api/v1/devices/off/commands", open).status())
                .isEqualTo(409);
        assertThat(hub.call("POST", "/api/v1/devices/none/commands", open).status())
                .isEqualTo(404);
        assertThat(hub.get("/api/v1/devices/off/commands/c:1").status()).isEqualTo(404);
        assertThat(hub.get(commands + "?state=odd").status()).isEqualTo(400);
    }

    private static void result(String id, CommandStatus status, String payload) throws Exception {
        CommandResult result = CommandResult.newBuilder()
                .setCommandId(id)
                .setDeviceId("valve")
                .setStatus(status)
                .setPayload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                .setAt(Instant.parse("2026-01-02T03:04:05Z"))
                .setGateway("g1")
                .build();
        var topic = hub.topics.commandResults();
        hub.send(topic, null, "valve", hub.encoded(topic, result), Map.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|name must be 1 to 128 characters, none of them a control character",
                "{'name':''}|name must be 1 to 128 characters, none of them a control character",
                "{'name':'x','id':'a/b'}|id must be 1 to 128 of A-Z a-z 0-9 - . _ : =",
                "{'name':'x','ttlSeconds':0}|ttlSeconds must be from 1 to 86400",
                "{'name':'x','ttlSeconds':86401}|ttlSeconds must be from 1 to 86400",
                "{'name':'x','payloadBase64':'%'}|payloadBase64 isn't Base64",
                "{'name':'x','payload':1,'payloadBase64':'AA=='}|payload and payloadBase64 exclude each other",
                "{'name':'x','payload':1,'contentType':'a/b'}|contentType is for payloadBase64: payload is application/json",
            },
            quoteCharacter = '`')
    void whatIsNoCommandIsRefusedInOneLine(String body, String problem) throws Exception {
        hub.call("POST", "/api/v1/devices", "{\"id\":\"strict\"}");

        Reply refused = hub.call("POST", "/api/v1/devices/strict/commands", body.replace('\'', '"'));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("detail").asText()).isEqualTo(problem);
    }
}
