package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.client.ApiClient;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Dead letters: what couldn't be processed, with its reason. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description = "Shows messages that couldn't be processed, and why; brings them back.",
        subcommands = {
            DeadLettersCommand.ListAll.class,
            DeadLettersCommand.Show.class,
            ReplayCommand.class,
            ReplaysCommand.class
        })
final class DeadLettersCommand {
    static final String DEAD_LETTERS = "/api/v1/dead-letters";

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists dead letters, the newest first.")
    static final class ListAll extends ClientCommand {
        @Option(
                names = "--topic",
                paramLabel = "TOPIC",
                defaultValue = "",
                description = "Only of this dead-letter topic.")
        private String topic = "";

        @Option(
                names = "--reason",
                paramLabel = "CODE",
                defaultValue = "",
                description = "Only of this reason, such as MALFORMED_JSON.")
        private String reason = "";

        @Option(names = "--device", paramLabel = "ID", defaultValue = "", description = "Only of this device.")
        private String device = "";

        @Option(
                names = "--from",
                paramLabel = "TIME",
                defaultValue = "",
                description = "Only of messages received then or later, such as 2026-01-31T12:00:00Z.")
        private String from = "";

        @Option(
                names = "--until",
                paramLabel = "TIME",
                defaultValue = "",
                description = "Only of messages received before then.")
        private String until = "";

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "At most. Default: ${DEFAULT-VALUE}")
        private int limit = 50;

        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer = api.get(ApiClient.path(
                    DEAD_LETTERS,
                    Map.of(
                            "topic", topic,
                            "reason", reason,
                            "device", device,
                            "from", from,
                            "until", until,
                            "limit", Integer.toString(limit))));
            printer.list(
                    answer,
                    answer.path("deadLetters"),
                    List.of("topic", "partition", "offset", "device", "reason", "replays", "detail"));
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows one dead letter with its bytes.")
    static final class Show extends ClientCommand {
        @Parameters(index = "0", paramLabel = "TOPIC", description = "Dead-letter topic.")
        private String topic = "";

        @Parameters(index = "1", paramLabel = "PARTITION", description = "Its partition.")
        private int partition;

        @Parameters(index = "2", paramLabel = "OFFSET", description = "The record's offset.")
        private long offset;

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.get(DEAD_LETTERS + "/" + ApiClient.encoded(topic) + "/" + partition + "/" + offset));
        }
    }
}
