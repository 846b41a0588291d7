package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Maintenance: when somebody works on devices, and what they measure means nothing. */
@Command(
        name = "maintenance",
        mixinStandardHelpOptions = true,
        description = "Says when devices are in maintenance: then anomalies bother nobody, and nothing is learnt.",
        subcommands = {MaintenanceCommand.ListAll.class, MaintenanceCommand.Add.class, MaintenanceCommand.Remove.class})
final class MaintenanceCommand {
    private static final String MAINTENANCE = "/api/v1/maintenance";
    private static final Duration LONGEST = Duration.ofDays(366);

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists maintenance, past and to come.")
    static final class ListAll extends ClientCommand {
        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer = api.get(MAINTENANCE);
            printer.list(answer, answer.path("maintenance"), List.of("id", "from", "to", "target", "note", "by"));
        }
    }

    /** Whose. */
    static final class Target {
        @Option(names = "--all", required = true, description = "Of all devices.")
        private boolean all;

        @ArgGroup(exclusive = false, multiplicity = "1")
        private Some some = new Some();

        void addTo(ObjectNode body) {
            if (!all) {
                some.devices.forEach(body.putArray("devices")::add);
                some.tags.forEach(body.putObject("tags")::put);
            }
        }
    }

    /** Those that are named, and have all of the tags. */
    static final class Some {
        @Option(names = "--device", paramLabel = "ID", description = "Of this device; may be given several times.")
        private List<String> devices = List.of();

        @Option(
                names = "--tag",
                paramLabel = "NAME=VALUE",
                description = "Of devices with this tag; may be given several times: all of them.")
        private Map<String, String> tags = Map.of();
    }

    /** When it is over. */
    static final class End {
        @Option(names = "--to", paramLabel = "TIME", required = true, description = "Until then: 2026-03-01T06:00:00Z.")
        private @Nullable String to;

        @Option(names = "--for", paramLabel = "TIME", required = true, description = "So long: 30min, 6h or 2d.")
        private @Nullable String length;

        Instant after(Instant from) {
            return to == null ? from.plus(duration()) : time("--to", to);
        }

        private Duration duration() {
            String text = length == null ? "" : length;
            try {
                return Settings.of(Map.of("--for", text))
                        .duration("--for", Duration.ZERO, Duration.ofSeconds(1), LONGEST);
            } catch (ConfigException notADuration) {
                throw new CommandException(ExitCode.USAGE, "--for = " + text + " must be 30min, 6h or 2d");
            }
        }
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Makes a maintenance, or replaces it. What is known already stays as it is.")
    static final class Add extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The maintenance's id.")
        private String id = "";

        @ArgGroup(multiplicity = "1")
        private Target target = new Target();

        @Option(names = "--from", paramLabel = "TIME", description = "By event time. Default: now.")
        private @Nullable String from;

        @ArgGroup(multiplicity = "1")
        private End end = new End();

        @Option(names = "--note", paramLabel = "TEXT", description = "What others should know.")
        private @Nullable String note;

        @Override
        void ask(ApiClient api, Printer printer) {
            Instant begins = from == null ? Instant.now().truncatedTo(ChronoUnit.SECONDS) : time("--from", from);
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("from", begins.toString())
                    .put("to", end.after(begins).toString())
                    .put("note", note);
            target.addTo(body.putObject("target"));
            printer.object(api.put(MAINTENANCE + "/" + ApiClient.encoded(id), body));
        }
    }

    private static Instant time(String option, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException notATime) {
            throw new CommandException(
                    ExitCode.USAGE, option + " = " + text + " must be a time like 2026-03-01T06:00:00Z");
        }
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Removes a maintenance: what comes from now on counts. What was suppressed stays so.")
    static final class Remove extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The maintenance's id.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            api.delete(MAINTENANCE + "/" + ApiClient.encoded(id));
        }
    }
}
