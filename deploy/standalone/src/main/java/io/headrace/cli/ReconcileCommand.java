package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.client.ApiClient;
import picocli.CommandLine.Command;

/** Is everything that was accepted accounted for? */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description = {
            "Proves that every message and value is accounted for.",
            "Asks whether every accepted message is stored, dead-lettered, duplicate, expired or quarantined,",
            "and every value counted. Leaves with 1 where something is not accounted for."
        })
final class ReconcileCommand extends ClientCommand {
    @Override
    void ask(ApiClient api, Printer printer) {
        JsonNode answer = api.get("/api/v1/reconcile");
        printer.object(answer);
        if (!answer.path("balanced").asBoolean(false)) {
            throw new CommandException(
                    ExitCode.FAILED, answer.path("unaccounted").asText("some") + " messages are not accounted for");
        }
    }
}
