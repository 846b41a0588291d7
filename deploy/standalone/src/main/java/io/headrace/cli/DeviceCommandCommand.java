package io.headrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands to devices: what they are to do, and what they say to it. */
@Command(
        name = "command",
        mixinStandardHelpOptions = true,
        description = "Has devices do something, and shows their answers.",
        subcommands = {
            DeviceCommandCommand.Send.class,
            DeviceCommandCommand.ListAll.class,
            DeviceCommandCommand.Show.class
        })
final class DeviceCommandCommand {
    private static final Set<String> OPEN = Set.of("pending", "delivered");
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final long WAIT_MS = 20_000;
    /** After its end, until a gateway has said so. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    private static String all(String device) {
        return DeviceCommand.one(device) + "/commands";
    }

    @Command(
            name = "send",
            mixinStandardHelpOptions = true,
            description = {
                "Has a device do something.",
                "With --wait, exits with 0 only where the device has answered that it is done."
            })
    static final class Send extends DeviceCommand.OnDevice {
        @Parameters(index = "1", paramLabel = "NAME", description = "What is to be done, as the device knows it.")
        private String name = "";

        @Option(
                names = "--payload",
                paramLabel = "JSON|@FILE",
                description = "What the device gets with it: JSON, or a file with anything.")
        private @Nullable String payload;

        @Option(
                names = "--content-type",
                paramLabel = "TYPE",
                description = "Of the file, where it isn't JSON. Default: application/octet-stream.")
        private @Nullable String contentType;

        @Option(
                names = "--ttl",
                paramLabel = "TIME",
                defaultValue = "60s",
                description = "For how long it is offered to the device: 30s, 5min, 2h. Default: ${DEFAULT-VALUE}")
        private String ttl = "60s";

        @Option(
                names = "--id",
                paramLabel = "ID",
                description = "Sent twice with the same id, it is one command. Default: a new one.")
        private @Nullable String commandId;

        @Option(names = "--wait", description = "Wait for the device's answer, as long as the command is offered.")
        private boolean wait;

        @Override
        void ask(ApiClient api, Printer printer) {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
            body.put("ttlSeconds", seconds());
            if (commandId != null) {
                body.put("id", commandId);
            }
            addPayload(body);
            JsonNode sent = api.post(all(id()), body);
            if (!wait) {
                printer.object(sent);
                return;
            }
            JsonNode over = awaitEnd(api, sent);
            printer.object(over);
            if (!over.path("state").asText().equals("succeeded")) {
                String detail = over.at("/result/detail").asText();
                throw new CommandException(
                        ExitCode.FAILED,
                        "the command " + said(over.path("state").asText()) + (detail.isEmpty() ? "" : ": " + detail));
            }
        }

        private static String said(String state) {
            return switch (state) {
                case "failed" -> "has failed";
                case "expired" -> "has expired";
                case "rejected" -> "was rejected";
                default -> "is still " + state;
            };
        }

        private long seconds() {
            try {
                return Settings.of(Map.of("--ttl", ttl))
                        .duration("--ttl", LONGEST, Duration.ofSeconds(1), LONGEST)
                        .toSeconds();
            } catch (ConfigException wrong) {
                throw new CommandException(ExitCode.USAGE, "--ttl = " + ttl + " must be a time from 1s to 24h");
            }
        }

        private void addPayload(ObjectNode body) {
            if (payload == null) {
                if (contentType != null) {
                    throw new CommandException(ExitCode.USAGE, "--content-type is for a file: --payload @FILE");
                }
            } else if (payload.startsWith("@")) {
                addFile(body, payload.substring(1));
            } else if (contentType != null) {
                throw new CommandException(ExitCode.USAGE, "--content-type is for a file: --payload @FILE");
            } else {
                body.set("payload", json(payload));
            }
        }

        private void addFile(ObjectNode body, String file) {
            byte[] bytes;
            try {
                bytes = Files.readAllBytes(Path.of(file));
            } catch (IOException | InvalidPathException e) {
                throw new CommandException(ExitCode.USAGE, file + " can't be read: " + e.getMessage());
            }
            body.put("payloadBase64", Base64.getEncoder().encodeToString(bytes));
            boolean isJson = contentType == null && file.endsWith(".json");
            String type = isJson ? "application/json" : contentType;
            if (type != null) {
                body.put("contentType", type);
            }
        }

        private static JsonNode json(String text) {
            try {
                return JsonMapper.builder()
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .build()
                        .readTree(text);
            } catch (JsonProcessingException e) {
                throw new CommandException(
                        ExitCode.USAGE,
                        "--payload isn't JSON (a text has quotes: '\"on\"'): " + e.getOriginalMessage());
            }
        }

        private JsonNode awaitEnd(ApiClient api, JsonNode sent) {
            String path = all(id()) + "/" + ApiClient.encoded(sent.path("id").asText());
            Instant end = Instant.parse(sent.path("expiresAt").asText()).plus(GRACE);
            JsonNode now = sent;
            while (OPEN.contains(now.path("state").asText()) && Instant.now().isBefore(end)) {
                now = api.get(path + "?waitMs=" + WAIT_MS);
            }
            return now;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists a device's commands, the newest first.")
    static final class ListAll extends DeviceCommand.OnDevice {
        @Option(
                names = "--state",
                paramLabel = "WORD",
                description = "pending, delivered, succeeded, failed, expired or rejected.")
        private @Nullable String state;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 100.")
        private int limit = 100;

        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer = api.get(ApiClient.path(
                    all(id()), Map.of("limit", Integer.toString(limit), "state", state == null ? "" : state)));
            printer.list(
                    answer,
                    answer.path("commands"),
                    List.of("id", "name", "state", "createdAt", "expiresAt", "by", "result"));
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a command and its answer.")
    static final class Show extends DeviceCommand.OnDevice {
        @Parameters(index = "1", paramLabel = "COMMAND", description = "The command's id, as the list shows it.")
        private String commandId = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.get(all(id()) + "/" + ApiClient.encoded(commandId)));
        }
    }
}
