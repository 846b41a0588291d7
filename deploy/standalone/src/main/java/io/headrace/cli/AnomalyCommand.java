package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.headrace.client.ApiClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Anomalies: where metrics left their habits. */
@Command(
        name = "anomaly",
        mixinStandardHelpOptions = true,
        description = "Shows anomalies, and says which are real and which are none.",
        subcommands = {
            AnomalyCommand.ListAll.class,
            AnomalyCommand.Show.class,
            AnomalyCommand.Acknowledge.class,
            AnomalyCommand.FalseAlarm.class
        })
final class AnomalyCommand {
    private static final String ANOMALIES = "/api/v1/anomalies";

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists recent anomalies, newest first.")
    static final class ListAll extends ClientCommand {
        @Option(names = "--device", paramLabel = "ID", description = "Of this device alone.")
        private String device = "";

        @Option(names = "--metric", paramLabel = "NAME", description = "Of this metric alone.")
        private String metric = "";

        @Option(names = "--state", paramLabel = "WORD", description = "open or closed.")
        private String state = "";

        @Option(names = "--severity", paramLabel = "WORD", description = "info, warning or critical.")
        private String severity = "";

        @Option(
                names = "--since",
                paramLabel = "TIME",
                description = "Those that began then or later, by event time: 2026-03-01T06:00:00Z.")
        private String since = "";

        @Option(names = "--suppressed", description = "Those in maintenance, too.")
        private boolean suppressed;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 100.")
        private int limit = 100;

        @Override
        void ask(ApiClient api, Printer printer) {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("device", device);
            query.put("metric", metric);
            query.put("state", state);
            query.put("severity", severity);
            query.put("since", since);
            query.put("suppressed", suppressed ? "true" : "");
            query.put("limit", Integer.toString(limit));
            JsonNode answer = api.get(ApiClient.path(ANOMALIES, query));
            printer.list(
                    answer,
                    answer.path("anomalies"),
                    List.of("id", "state", "severity", "start", "end", "value", "peakValue", "verdict", "reason"));
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows an anomaly, and the values around its onset.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The anomaly's id, as the list shows it.")
        private String id = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.get(ANOMALIES + "/" + ApiClient.encoded(id)));
        }
    }

    /** Says something of an anomaly, in the name of the token. */
    abstract static class Judge extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The anomaly's id, as the list shows it.")
        private String id = "";

        @Option(names = "--note", paramLabel = "TEXT", description = "What others should know.")
        private @Nullable String note;

        abstract String word();

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.post(
                    ANOMALIES + "/" + ApiClient.encoded(id) + ":" + word(),
                    JsonNodeFactory.instance.objectNode().put("note", note)));
        }
    }

    @Command(
            name = "ack",
            mixinStandardHelpOptions = true,
            description = "Says that an anomaly is real. Its metric's threshold falls back towards the one of all.")
    static final class Acknowledge extends Judge {
        @Override
        String word() {
            return "ack";
        }
    }

    @Command(
            name = "false-alarm",
            mixinStandardHelpOptions = true,
            description = "Says that an anomaly is none. For some weeks its metric must be stranger than that.")
    static final class FalseAlarm extends Judge {
        @Override
        String word() {
            return "false-alarm";
        }
    }
}
