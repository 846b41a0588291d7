package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import io.headrace.client.ApiException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rules: when alerts are raised and cleared. */
@Command(
        name = "rule",
        mixinStandardHelpOptions = true,
        description = "Makes, shows, tries and deletes rules, which raise alerts.",
        subcommands = {
            RuleCommand.ListAll.class,
            RuleCommand.Show.class,
            RuleCommand.Stats.class,
            RuleCommand.Apply.class,
            RuleCommand.Validate.class,
            RuleTestCommand.class,
            RuleCommand.Put.class,
            RuleCommand.Delete.class
        })
final class RuleCommand {
    private static final String RULES = "/api/v1/rules";

    private static String path(String id) {
        return RULES + "/" + ApiClient.encoded(id);
    }

    /** What the processors say; nothing where they don't answer, for that is no reason not to show rules. */
    private static JsonNode failures(ApiClient api) {
        try {
            return api.get(RULES + ":failures").path("failures");
        } catch (ApiException unknown) {
            return MissingNode.getInstance();
        }
    }

    private static Optional<JsonNode> failures(JsonNode failures, JsonNode rule) {
        for (JsonNode each : failures) {
            if (each.path("rule").equals(rule.path("id"))) {
                return Optional.of(((ObjectNode) each).deepCopy().without(List.of("rule")));
            }
        }
        return Optional.empty();
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists rules.")
    static final class ListAll extends ClientCommand {
        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer = api.get(RULES);
            JsonNode failures = failures(api);
            for (JsonNode rule : answer.path("rules")) {
                failures(failures, rule).ifPresent(found -> ((ObjectNode) rule).set("failures", found.path("count")));
            }
            printer.list(
                    answer,
                    answer.path("rules"),
                    List.of(
                            "id",
                            "enabled",
                            "condition",
                            "check",
                            "target",
                            "forMs",
                            "severity",
                            "message",
                            "failures"));
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a rule.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The rule's id.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode rule = api.get(path(id));
            failures(failures(api), rule).ifPresent(found -> ((ObjectNode) rule).set("failures", found));
            printer.object(rule);
        }
    }

    @Command(
            name = "stats",
            mixinStandardHelpOptions = true,
            description = "Shows what became of a rule's alerts, as far back as their topic goes.")
    static final class Stats extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The rule's id.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.get(path(id) + "/stats"));
        }
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = "Makes the rules of a file, or replaces them; each takes effect a second later.")
    static final class Apply extends ClientCommand {
        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                required = true,
                description = "YAML or JSON: a rule, or a list of them; docs/rules.md shows each kind.")
        private Path file = Path.of("");

        @Override
        void ask(ApiClient api, Printer printer) {
            for (JsonNode rule : DefinitionsFile.bodies(file, "rules")) {
                String id = rule.path("id").asText("");
                if (id.isEmpty()) {
                    throw new CommandException(ExitCode.CONFIG, file + " has a rule without an id");
                }
                printer.object(api.put(path(id), rule));
            }
        }
    }

    @Command(
            name = "validate",
            mixinStandardHelpOptions = true,
            description = "Looks at the rules of a file without storing them, and shows where one is wrong.")
    static final class Validate extends ClientCommand {
        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                required = true,
                description = "YAML or JSON: a rule, or a list of them.")
        private Path file = Path.of("");

        @Override
        void ask(ApiClient api, Printer printer) {
            int wrong = 0;
            for (JsonNode rule : DefinitionsFile.bodies(file, "rules")) {
                RuleJudgement judgement = RuleJudgement.ask(api, rule);
                printer.lines(judgement.answer(), judgement.words());
                wrong += judgement.isValid() ? 0 : 1;
            }
            if (wrong > 0) {
                throw RuleJudgement.wrong(wrong);
            }
        }
    }

    @Command(
            name = "put",
            mixinStandardHelpOptions = true,
            description = "Makes a rule of a condition, or replaces it; it takes effect a second later.")
    static final class Put extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The rule's id.")
        private String id = "";

        @Option(
                names = "--condition",
                paramLabel = "CEL",
                required = true,
                description = "Raises; over values, tags, device_id, channel and windows: values.temperature > 80.0")
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
            printer.object(api.put(path(id), body));
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes a rule.")
    static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The rule's id.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            api.delete(path(id));
        }
    }
}
