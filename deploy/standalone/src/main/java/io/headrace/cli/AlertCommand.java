package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.headrace.client.ApiClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Alerts: what the rules have raised. */
@Command(
        name = "alert",
        mixinStandardHelpOptions = true,
        description = "Shows and acknowledges alerts.",
        subcommands = {AlertCommand.ListAll.class, AlertCommand.Show.class, AlertCommand.Acknowledge.class})
final class AlertCommand {
    private static final String ALERTS = "/api/v1/alerts";

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description =
                    "Lists alerts: those that stand first, of equals the newest. Devices of a group are told by its alert.")
    static final class ListAll extends ClientCommand {
        @Option(names = "--device", paramLabel = "ID", description = "Of this device alone.")
        private @Nullable String device;

        @Option(names = "--rule", paramLabel = "ID", description = "Of this rule alone.")
        private @Nullable String rule;

        @Option(names = "--state", paramLabel = "WORD", description = "raised, acknowledged or cleared.")
        private @Nullable String state;

        @Option(names = "--members", description = "Also alerts of devices that the alert of a group tells of.")
        private boolean members;

        @Option(names = "--part-of", paramLabel = "ID", description = "Those that this alert of a group tells of.")
        private @Nullable String partOf;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 100.")
        private int limit = 100;

        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer = api.get(ALERTS + "?limit=" + limit + query("device", device) + query("rule", rule)
                    + query("state", state) + query("members", members ? "true" : null) + query("partOf", partOf));
            printer.list(
                    answer,
                    answer.path("alerts"),
                    List.of(
                            "id",
                            "state",
                            "severity",
                            "raisedAt",
                            "clearedAt",
                            "acknowledgedBy",
                            "memberCount",
                            "message"));
        }

        private static String query(String name, @Nullable String value) {
            return value == null ? "" : "&" + name + "=" + ApiClient.encoded(value);
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows an alert, its evidence and history.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The alert's id, as the list shows it.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.get(ALERTS + "/" + ApiClient.encoded(id)));
        }
    }

    @Command(
            name = "ack",
            mixinStandardHelpOptions = true,
            description = "Acknowledges an alert that is raised, in the name of the token.")
    static final class Acknowledge extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The alert's id, as the list shows it.")
        private String id = "";

        @Option(names = "--note", paramLabel = "TEXT", description = "What others should know.")
        private @Nullable String note;

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.post(
                    ALERTS + "/" + ApiClient.encoded(id) + ":acknowledge",
                    JsonNodeFactory.instance.objectNode().put("note", note)));
        }
    }
}
