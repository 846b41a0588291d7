package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Mappings: how odd payloads are understood. */
@Command(
        name = "mapping",
        mixinStandardHelpOptions = true,
        description = "Makes, shows, tries and deletes mappings of odd payloads.",
        subcommands = {
            MappingCommand.ListAll.class,
            MappingCommand.Show.class,
            MappingCommand.Apply.class,
            MappingCommand.Delete.class,
            MappingCommand.Test.class
        })
final class MappingCommand {
    private static final String MAPPINGS = "/api/v1/mappings";

    /** The expression itself, or where it stands. */
    static final class Expression {
        @Option(
                names = "--expression",
                paramLabel = "CEL",
                description = "Over payload, tags, device_id, topic and received_at: {'temperature': payload.t / 10.0}")
        private @Nullable String text;

        @Option(names = "--file", paramLabel = "FILE", description = "A file with the expression.")
        private @Nullable Path file;

        String read() {
            if (file == null) {
                return text == null ? "" : text;
            }
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new CommandException(ExitCode.USAGE, file + " can't be read: " + e.getMessage());
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists mappings.")
    static final class ListAll extends ClientCommand {
        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer = api.get(MAPPINGS);
            printer.list(
                    answer,
                    answer.path("mappings"),
                    List.of("id", "enabled", "tags", "contentType", "topic", "expression"));
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a mapping.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The mapping's id.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.get(MAPPINGS + "/" + ApiClient.encoded(id)));
        }
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a mapping or replaces it; it takes effect at once. Of several that match a message, the"
                            + " one with the smallest id is taken.")
    static final class Apply extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The mapping's id.")
        private String id = "";

        @ArgGroup(multiplicity = "1")
        private Expression expression = new Expression();

        @Option(
                names = "--tag",
                paramLabel = "NAME=VALUE",
                description = "Only for devices with this tag; may be given several times.")
        private Map<String, String> tags = Map.of();

        @Option(
                names = "--content-type",
                paramLabel = "TYPE",
                description = "Only for messages of this type. Default: JSON, CBOR and none.")
        private @Nullable String contentType;

        @Option(names = "--topic", paramLabel = "FILTER", description = "Only for messages of these MQTT topics.")
        private @Nullable String topic;

        @Option(names = "--disabled", description = "Keeps it without using it.")
        private boolean disabled;

        @Override
        void ask(ApiClient api, Printer printer) {
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("enabled", !disabled)
                    .put("contentType", contentType)
                    .put("topic", topic)
                    .put("expression", expression.read());
            tags.forEach(body.putObject("tags")::put);
            printer.object(api.put(MAPPINGS + "/" + ApiClient.encoded(id), body));
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes a mapping.")
    static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The mapping's id.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            api.delete(MAPPINGS + "/" + ApiClient.encoded(id));
        }
    }

    @Command(
            name = "test",
            mixinStandardHelpOptions = true,
            description = "Shows what the processors would make of a payload by an expression. Nothing is stored.")
    static final class Test extends ClientCommand {
        @Parameters(paramLabel = "PAYLOAD", description = "A message, such as {\"t\":215}; - reads standard input.")
        private String payload = "";

        @ArgGroup(multiplicity = "1")
        private Expression expression = new Expression();

        @Option(names = "--tag", paramLabel = "NAME=VALUE", description = "A tag of the device.")
        private Map<String, String> tags = Map.of();

        @Option(names = "--content-type", paramLabel = "TYPE", description = "Of the message. Default: none.")
        private @Nullable String contentType;

        @Option(names = "--device", paramLabel = "ID", description = "The device's id.")
        private @Nullable String device;

        @Option(names = "--topic", paramLabel = "TOPIC", description = "The message's topic.")
        private @Nullable String topic;

        @Override
        void ask(ApiClient api, Printer printer) {
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("expression", expression.read())
                    .put("payloadBase64", bytes())
                    .put("contentType", contentType)
                    .put("device", device)
                    .put("topic", topic);
            tags.forEach(body.putObject("tags")::put);
            JsonNode outcome = api.post(MAPPINGS + ":test", body);
            if (outcome.has("readings")) {
                printer.list(outcome, outcome.path("readings"), List.of("ts", "seq", "values"));
            } else {
                printer.object(outcome);
            }
        }

        private byte[] bytes() {
            if (!payload.equals("-")) {
                return payload.getBytes(StandardCharsets.UTF_8);
            }
            try {
                return System.in.readAllBytes();
            } catch (IOException e) {
                throw new CommandException(ExitCode.USAGE, "standard input can't be read: " + e.getMessage());
            }
        }
    }
}
