package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Routes: which readings go to which tier or topic. */
@Command(
        name = "route",
        mixinStandardHelpOptions = true,
        description = "Makes, shows, tries and deletes routes.",
        subcommands = {
            RouteCommand.ListAll.class,
            RouteCommand.Put.class,
            RouteCommand.Test.class,
            RouteCommand.Delete.class
        })
final class RouteCommand {
    private static final String ROUTES = "/api/v1/routes";

    /** What a route is. */
    static final class Definition {
        @Option(
                names = "--condition",
                paramLabel = "CEL",
                required = true,
                description = "Over values, tags, device_id and channel, such as: values.temperature > 80.0")
        private String condition = "";

        @Option(names = "--tier", paramLabel = "TIER", description = "hot, warm or cold; may be given several times.")
        private List<String> tiers = List.of();

        @Option(
                names = "--keep",
                paramLabel = "TIER=N",
                description = "How long a tier keeps the readings: hot=MINUTES, warm=DAYS, cold=YEARS.")
        private Map<String, Integer> keep = Map.of();

        @Option(names = "--topic", paramLabel = "NAME", description = "Copies into telemetry.routed.NAME.")
        private @Nullable String topic;

        @Option(names = "--fallback", description = "For readings that no other route matches.")
        private boolean fallback;

        @Option(
                names = "--add-tag",
                paramLabel = "NAME=VALUE",
                description = "A tag to add; may be given several times.")
        private Map<String, String> tags = Map.of();

        ObjectNode body() {
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("condition", condition)
                    .put("fallback", fallback);
            ArrayNode names = body.putArray("tiers");
            tiers.forEach(tier -> names.add(tier.toLowerCase(Locale.ROOT)));
            if (!keep.isEmpty()) {
                keep.forEach(body.putObject("keep")::put);
            }
            if (topic != null) {
                body.put("topic", topic);
            }
            if (!tags.isEmpty()) {
                tags.forEach(body.putObject("addTags")::put);
            }
            return body;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists routes.")
    static final class ListAll extends ClientCommand {
        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer = api.get(ROUTES);
            printer.list(
                    answer,
                    answer.path("routes"),
                    List.of("id", "enabled", "fallback", "condition", "tiers", "keep", "topic", "addTags"));
        }
    }

    @Command(
            name = "put",
            mixinStandardHelpOptions = true,
            description = "Makes a route or replaces it; it takes effect at once.")
    static final class Put extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The route's id.")
        private String id = "";

        @Mixin
        private Definition definition = new Definition();

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.put(ROUTES + "/" + ApiClient.encoded(id), definition.body()));
        }
    }

    @Command(
            name = "test",
            mixinStandardHelpOptions = true,
            description = {
                "Shows where the readings that were received last would go if a route were there, beside where they go",
                "now. Nothing is stored."
            })
    static final class Test extends ClientCommand {
        @Parameters(
                arity = "0..1",
                paramLabel = "ID",
                description = "The stored route that it would replace. Default: none.")
        private @Nullable String id;

        @Mixin
        private Definition definition = new Definition();

        @Option(
                names = "--from",
                paramLabel = "TIME",
                defaultValue = "1h",
                description = "Of what was received from then on. Default: ${DEFAULT-VALUE}")
        private String from = "1h";

        @Option(names = "--device", paramLabel = "ID", description = "Of this device alone.")
        private @Nullable String device;

        @Override
        void ask(ApiClient api, Printer printer) {
            ObjectNode trial = JsonNodeFactory.instance
                    .objectNode()
                    .put("from", PastTime.of("--from", from, Instant.now()).toString())
                    .put("device", device);
            trial.set("route", definition.body().put("id", id));
            JsonNode verdict = api.post(ROUTES + ":test", trial);
            printer.lines(
                    verdict,
                    "of " + verdict.path("readings").asLong() + " readings"
                            + (verdict.path("complete").asBoolean() ? "" : ", which aren't all,") + " "
                            + verdict.path("matched").asLong() + " match; for "
                            + verdict.path("failed").asLong() + " the condition can't be judged");
            if (!printer.isJson()) {
                printer.list(verdict, places(verdict), List.of("goes to", "now", "then"));
                printer.list(verdict, verdict.path("examples"), List.of("device", "observedAt", "origin", "values"));
            }
        }

        private static JsonNode places(JsonNode verdict) {
            TreeSet<String> names = new TreeSet<>();
            verdict.path("now").fieldNames().forEachRemaining(names::add);
            verdict.path("then").fieldNames().forEachRemaining(names::add);
            ArrayNode rows = JsonNodeFactory.instance.arrayNode();
            names.forEach(name -> rows.addObject()
                    .put("goes to", name)
                    .put("now", verdict.path("now").path(name).asLong())
                    .put("then", verdict.path("then").path(name).asLong()));
            return rows;
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes a route.")
    static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The route's id.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            api.delete(ROUTES + "/" + ApiClient.encoded(id));
        }
    }
}
