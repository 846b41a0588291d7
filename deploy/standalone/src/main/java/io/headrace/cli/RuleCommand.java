package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rules: when alerts are raised and cleared. */
@Command(
        name = "rule",
        mixinStandardHelpOptions = true,
        description = "Makes, shows and deletes rules, which raise alerts.",
        subcommands = {RuleCommand.ListAll.class, RuleCommand.Put.class, RuleCommand.Delete.class})
final class RuleCommand {
    private static final String RULES = "/api/v1/rules";

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists rules.")
    static final class ListAll extends ClientCommand {
        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer = api.get(RULES);
            printer.list(
                    answer,
                    answer.path("rules"),
                    List.of("id", "enabled", "condition", "clearCondition", "forMs", "severity", "message"));
        }
    }

    @Command(
            name = "put",
            mixinStandardHelpOptions = true,
            description = "Makes a rule or replaces it; it takes effect at once.")
    static final class Put extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The rule's id.")
        private String id = "";

        @Option(
                names = "--condition",
                paramLabel = "CEL",
                required = true,
                description = "Raises; over values, tags, device_id and channel: values.temperature > 80.0")
        private String condition = "";

        @Option(
                names = "--clear",
                paramLabel = "CEL",
                description = "Clears. Default: as soon as the condition doesn't hold.")
        private @Nullable String clear;

        @Option(
                names = "--for-ms",
                paramLabel = "MS",
                description = "How long the condition must hold, in event time. Default: 0.")
        private long forMs;

        @Option(names = "--severity", paramLabel = "WORD", description = "info, warning or critical. Default: warning.")
        private @Nullable String severity;

        @Option(names = "--message", paramLabel = "TEXT", description = "What its alerts say. Default: the condition.")
        private @Nullable String message;

        @Override
        void ask(ApiClient api, Printer printer) {
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("condition", condition)
                    .put("clearCondition", clear)
                    .put("forMs", forMs)
                    .put("severity", severity)
                    .put("message", message);
            printer.object(api.put(RULES + "/" + ApiClient.encoded(id), body));
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes a rule.")
    static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The rule's id.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            api.delete(RULES + "/" + ApiClient.encoded(id));
        }
    }
}
