package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.client.ApiClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Is everything that was accepted accounted for? */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description = {
            "Proves that every message and value is accounted for.",
            "Asks whether every accepted message is stored, dead-lettered, duplicate, expired or quarantined, every value",
            "counted, and every reading in its stores. Leaves with 1 where something is not accounted for."
        })
final class ReconcileCommand extends ClientCommand {
    private static final String RECONCILE = "/api/v1/reconcile";

    @Option(
            names = "--full",
            description = {
                "Read all topics from their beginning, and believe nothing that was counted before.",
                "Takes as long as that takes; doesn't look at the stores."
            })
    private boolean full;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "0",
            description = "Show the account of each of the last N minutes instead.")
    private int minutes;

    @Override
    void ask(ApiClient api, Printer printer) {
        if (minutes > 0) {
            JsonNode answer = api.get(RECONCILE + "/minutes?last=" + minutes);
            printer.list(
                    answer,
                    answer.path("minutes"),
                    List.of(
                            "minute",
                            "partition",
                            "accepted",
                            "stored",
                            "deadLettered",
                            "duplicates",
                            "expired",
                            "quarantined",
                            "unaccounted",
                            "readings",
                            "values"));
            return;
        }
        JsonNode answer = api.get(full ? RECONCILE + "?full=true" : RECONCILE);
        printer.object(answer, "problems", List.of("kind", "partition", "offset", "detail"));
        if (!answer.path("balanced").asBoolean(false)) {
            throw new CommandException(ExitCode.FAILED, wrong(answer));
        }
    }

    private static String wrong(JsonNode answer) {
        long messages = answer.path("unaccounted").asLong();
        if (messages > 0) {
            return messages + " messages are not accounted for";
        }
        long values = answer.path("unwindowed").asLong();
        if (values > 0) {
            return values + " values are not accounted for";
        }
        for (JsonNode sink : answer.path("sinks")) {
            if (sink.path("overdue").asBoolean()) {
                return sink.path("pending").asText() + " readings are overdue in "
                        + sink.path("name").asText();
            }
        }
        return answer.path("problemsTotal").asText("some") + " problems";
    }
}
