package io.headrace.control.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.control.http.Json;
import io.headrace.control.http.Problem;
import io.headrace.record.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Actions of rules from their JSON to records, and back. */
class ActionJsonTest {
    private static final String ACTIONS = """
            [{"webhook": "ops"},
             {"on": ["raised", "cleared"], "email": {"to": ["a@x.example"], "subject": "${device_id}"}},
             {"on": ["escalated"],
              "command": {"name": "stop", "payload": {"speed": 0, "why": ["${message}", null]}, "device": "d@1", "ttlMs": 5000}}]""";

    private static Rule rule(String actions) {
        RuleBody body = Json.read(
                ("{\"condition\": \"values.t > 80.0\", \"actions\": " + actions + "}").getBytes(StandardCharsets.UTF_8),
                RuleBody.class);
        return new RuleKind().record(body, "r", Instant.EPOCH);
    }

    @Test
    void theyAreShownAsTheyWerePut() {
        Rule rule = rule(ACTIONS);

        assertThat(rule.getActions().getLast().getCommand().getPayload())
                .isEqualTo("{\"speed\":0,\"why\":[\"${message}\",null]}");
        assertThat(Json.read(
                        Json.bytes(Objects.requireNonNull(
                                new RuleKind().shown(rule).actions())),
                        Object.class))
                .isEqualTo(Json.read(ACTIONS.getBytes(StandardCharsets.UTF_8), Object.class));
    }

    @Test
    void whatIsLeftOutIsByItsDefault() {
        Rule rule = rule("[{\"command\": {\"name\": \"stop\"}}]");

        assertThat(rule.getActions().getFirst().getOn()).isEmpty();
        assertThat(rule.getActions().getFirst().getCommand().getTtlMs()).isEqualTo(60_000);
        assertThat(rule.getActions().getFirst().getCommand().getPayload()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[null] | actions[0] must be an object",
                "[{}] | actions[0] must have one of webhook, email and command",
                "[{\"webhok\": \"ops\"}] | actions[0] has an unknown member webhok",
                "[{\"webhook\": 7}] | actions[0].webhook must be a text",
                "[{\"webhook\": \"ops\", \"on\": [\"gone\"]}] | actions[0].on must be raised, escalated, acknowledged, cleared",
                "[{\"email\": {}}] | actions[0].email.to is missing",
                "[{\"email\": {\"to\": [\"nobody\"]}}] | actions[0].email.to[0] must be an address",
                "[{\"command\": {\"name\": \"a\", \"payload\": {\"x\": \"${nothing}\"}}}] | actions[0].command.payload has ${nothing}",
                "[{\"command\": {\"name\": \"a\", \"ttlMs\": 1}}] | actions[0].command.ttlMs must be 1000 to 86400000",
            })
    void whatIsWrongIsNamedByItsPlace(String actions, String problem) {
        assertThatThrownBy(() -> rule(actions))
                .isInstanceOfSatisfying(
                        Problem.class, wrong -> assertThat(wrong.detail()).startsWith(problem));
    }
}
