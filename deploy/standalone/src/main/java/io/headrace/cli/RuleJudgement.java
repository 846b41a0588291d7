package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.client.ApiClient;

/**
 * What the control plane says of a rule that isn't stored.
 *
 * @param answer of the API
 */
record RuleJudgement(JsonNode answer, String id) {
    static RuleJudgement ask(ApiClient api, JsonNode rule) {
        return new RuleJudgement(
                api.post("/api/v1/rules:validate", rule), rule.path("id").asText("without an id"));
    }

    boolean isValid() {
        return answer.path("valid").asBoolean();
    }

    /** For people; of a wrong one the place, too. */
    String words() {
        String of = "rule " + id + ": ";
        return isValid()
                ? of + "valid"
                : of + answer.path("problem").asText() + "\n"
                        + answer.path("snippet").asText("");
    }

    /** What a command ends with that was given so many wrong ones. */
    static CommandException wrong(int rules) {
        return new CommandException(ExitCode.REFUSED, rules + (rules == 1 ? " rule is" : " rules are") + " wrong");
    }
}
