package io.headrace.streams.normalize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.record.DeviceStatus;
import io.headrace.streams.enrich.DeviceProfile;
import io.headrace.streams.registered.DeviceFacts;
import io.headrace.testing.InMemorySchemaRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DryRunsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DryRuns dryRuns = new DryRuns(
            NormalizeConfig.DEFAULT, new Catalogue("", Sizing.STANDALONE).mappings(), new InMemorySchemaRegistry());

    private final DryRuns.Devices devices = id -> new DeviceFacts(
            id.equals("quarantined") ? DeviceStatus.QUARANTINED : DeviceStatus.ENABLED,
            0,
            Instant.EPOCH,
            new DeviceProfile(Map.of(), Map.of(), Map.of()));

    @Test
    void each_message_gets_the_verdict_that_it_would_get_as_a_replay() throws Exception {
        // Given
        ObjectNode question = JSON.createObjectNode();
        var messages = question.putArray("messages");
        messages.add(message("d1", "[{\"v\":1},{\"v\":2}]"));
        messages.add(message("d1", "{\"v\":"));
        messages.add(message("quarantined", "{\"v\":1}"));
        messages.add(message("no device id", "{\"v\":1}"));
        messages.add(JSON.createObjectNode().put("receivedAt", 1));
        ObjectNode expired = message("d1", "{\"v\":1}");
        expired.putObject("headers").put("hr-expires-at", "1");
        messages.add(expired);

        // When
        JsonNode answer = JSON.readTree(
                dryRuns.answer(devices, JSON.writeValueAsBytes(question)).orElseThrow());

        // Then
        List<String> verdicts = new ArrayList<>();
        answer.path("verdicts")
                .forEach(verdict -> verdicts.add(verdict.path("outcome").asText() + " "
                        + verdict.path("reason").asText()
                        + verdict.path("readings").asText()));
        assertThat(verdicts)
                .containsExactly(
                        "STORED 2",
                        "DEAD_LETTERED MALFORMED_JSON",
                        "QUARANTINED QUARANTINED",
                        "DEAD_LETTERED INVALID_KEY",
                        "DEAD_LETTERED INVALID_KEY",
                        "STORED 1");
        assertThat(answer.path("duplicateWindowMs").asLong()).isEqualTo(600_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"messages\":[{\"key\":\"not Base64!\"}]}", "{\"messages\":[{\"value\":5}]}"})
    void what_is_no_question_has_no_answer(String question) {
        assertThat(dryRuns.answer(devices, question.getBytes(UTF_8))).isEmpty();
    }

    private static ObjectNode message(String device, String payload) {
        return JSON.createObjectNode()
                .put("key", device.getBytes(UTF_8))
                .put("value", payload.getBytes(UTF_8))
                .put("receivedAt", 1_750_000_000_000L);
    }
}
