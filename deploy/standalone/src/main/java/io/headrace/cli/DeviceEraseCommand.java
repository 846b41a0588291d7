package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.headrace.client.ApiClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Erases a device, and shows the proof. */
@Command(
        name = "erase",
        mixinStandardHelpOptions = true,
        description = {
            "Deletes a device and all that it has sent, everywhere, for good.",
            "Goes on by itself once it has begun, also when this command is ended: run it again to see how far it is."
        })
final class DeviceEraseCommand extends DeviceCommand.OnDevice {
    private static final long LOOK_EVERY_MS = 500;

    @Option(names = "--dry-run", description = "Only count what would be deleted.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Don't ask.")
    private boolean yes;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "For how long to wait for the proof. Default: 600")
    private int wait = 600;

    @Override
    void ask(ApiClient api, Printer printer) {
        if (dryRun || !yes) {
            JsonNode found = api.post(
                    DeviceCommand.one(id()) + ":erase",
                    JsonNodeFactory.instance.objectNode().put("dryRun", true));
            printer.object(found, "places", List.of("name", "rows"));
            if (dryRun) {
                return;
            }
            confirm(printer);
        }
        api.post(DeviceCommand.one(id()) + ":erase");
        JsonNode erasure = awaitDone(api);
        printer.object(erasure, "places", List.of("name", "erased", "left", "filesRewritten"));
        if (!isDone(erasure)) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "not done within " + wait + " s, now "
                            + erasure.path("step").asText() + "; it goes on by itself");
        }
    }

    private void confirm(Printer printer) {
        printer.line("Type the device's id to erase all this for good:");
        String typed;
        try {
            typed = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "the answer can't be read: " + e.getMessage());
        }
        if (typed == null) {
            throw new CommandException(ExitCode.USAGE, "nobody answers: --yes erases without asking");
        }
        if (!typed.strip().equals(id())) {
            throw new CommandException(ExitCode.FAILED, "that is another id: nothing was erased");
        }
    }

    private JsonNode awaitDone(ApiClient api) {
        String path = "/api/v1/erasures/" + ApiClient.encoded(id());
        long end = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
        while (true) {
            JsonNode erasure = api.get(path);
            if (isDone(erasure) || System.nanoTime() - end > 0) {
                return erasure;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return erasure;
            }
        }
    }

    private static boolean isDone(JsonNode erasure) {
        return erasure.path("state").asText().equals("done");
    }
}
