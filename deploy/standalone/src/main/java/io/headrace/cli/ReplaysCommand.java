package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.client.ApiClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays of dead letters, over and going on. */
@Command(name = "replays", mixinStandardHelpOptions = true, description = "Lists replays, or shows or ends one.")
final class ReplaysCommand extends ClientCommand {
    @Parameters(paramLabel = "ID", arity = "0..1", defaultValue = "", description = "Only this one.")
    private String id = "";

    @Option(names = "--cancel", description = "End it; what it has brought back stays so.")
    private boolean cancel;

    @Override
    void ask(ApiClient api, Printer printer) {
        String all = DeadLettersCommand.DEAD_LETTERS + "/replays";
        if (id.isEmpty()) {
            if (cancel) {
                throw new CommandException(ExitCode.USAGE, "--cancel needs the id of a replay");
            }
            JsonNode answer = api.get(all);
            printer.list(
                    answer,
                    answer.path("replays"),
                    List.of("id", "state", "reason", "device", "replayed", "left", "updatedAt"));
            return;
        }
        String one = all + "/" + ApiClient.encoded(id);
        printer.object(cancel ? api.post(one + ":cancel") : api.get(one));
    }
}
