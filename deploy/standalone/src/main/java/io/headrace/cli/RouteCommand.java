package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Routes: which readings go to which tier or topic. */
@Command(
        name = "route",
        mixinStandardHelpOptions = true,
        description = "Makes, shows and deletes routes.",
        subcommands = {RouteCommand.ListAll.class, RouteCommand.Put.class, RouteCommand.Delete.class})
final class RouteCommand {
    private static final String ROUTES = "/api/v1/routes";

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

        @Override
        void ask(ApiClient api, Printer printer) {
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
            printer.object(api.put(ROUTES + "/" + ApiClient.encoded(id), body));
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
