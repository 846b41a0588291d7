package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings dead letters back to where they failed. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Brings dead letters back to where they failed.",
            "Each is processed again as the message that it was, and stored at most once. With --dry-run it says what",
            "would become of them now. Waits for the end of the replay; one that is left goes on by itself."
        })
final class ReplayCommand extends ClientCommand {
    private static final long LOOK_EVERY_MS = 300;

    @Parameters(
            index = "0",
            paramLabel = "TOPIC",
            arity = "0..1",
            defaultValue = "telemetry.raw.dlq",
            description = "telemetry.raw.dlq, or sink.<name>.dlq of a sink. Default: ${DEFAULT-VALUE}")
    private String topic = "telemetry.raw.dlq";

    @Parameters(index = "1", paramLabel = "PARTITION", arity = "0..1", description = "Only of this partition.")
    private @Nullable Integer partition;

    @Parameters(index = "2", paramLabel = "OFFSET", arity = "0..1", description = "Only this letter.")
    private @Nullable Long offset;

    @Option(names = "--reason", paramLabel = "CODE", description = "Only of this reason, such as TOO_DEEP.")
    private @Nullable String reason;

    @Option(names = "--device", paramLabel = "ID", description = "Only of this device.")
    private @Nullable String device;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only of messages received then or later, such as 2026-01-31T12:00:00Z.")
    private @Nullable String from;

    @Option(names = "--until", paramLabel = "TIME", description = "Only of messages received before then.")
    private @Nullable String until;

    @Option(names = "--dry-run", description = "Say what would happen, and change nothing.")
    private boolean dryRun;

    @Option(names = "--rate", paramLabel = "N", description = "Messages per second, at most.")
    private @Nullable Integer rate;

    @Option(
            names = "--max-replays",
            paramLabel = "N",
            description = "Leave letters that were replayed this often; 1 to 6.")
    private @Nullable Integer maxReplays;

    @Option(names = "--no-wait", description = "Return as soon as the replay has begun.")
    private boolean noWait;

    @Override
    void ask(ApiClient api, Printer printer) {
        JsonNode answer = api.post(DeadLettersCommand.DEAD_LETTERS + ":replay", body());
        if (dryRun) {
            printer.object(answer, "outcomes", List.of("letters", "from", "outcome", "reason", "example"));
            return;
        }
        JsonNode replay = noWait ? answer : ended(api, answer);
        printer.object(replay);
        if (replay.path("state").asText().equals("failed")) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "the replay failed: " + replay.path("failure").asText());
        }
    }

    private ObjectNode body() {
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("topic", topic).put("dryRun", dryRun);
        put(body, "reason", reason);
        put(body, "device", device);
        put(body, "from", from);
        put(body, "until", until);
        if (partition != null) {
            body.put("partition", partition);
        }
        if (offset != null) {
            body.put("offset", offset);
        }
        if (rate != null) {
            body.put("rate", rate);
        }
        if (maxReplays != null) {
            body.put("maxReplays", maxReplays);
        }
        return body;
    }

    private static void put(ObjectNode body, String name, @Nullable String value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static JsonNode ended(ApiClient api, JsonNode begun) {
        String path = DeadLettersCommand.DEAD_LETTERS + "/replays/"
                + ApiClient.encoded(begun.path("id").asText());
        JsonNode replay = begun;
        while (replay.path("state").asText().equals("running")) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return replay;
            }
            replay = api.get(path);
        }
        return replay;
    }
}
