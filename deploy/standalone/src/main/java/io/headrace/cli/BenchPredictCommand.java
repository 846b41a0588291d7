package io.headrace.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.prognosis.TurbofanBench;
import io.headrace.wear.fit.UnfitException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How well what remains of devices' lives is told, on a public set. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = {
            "How well what remains of a device's life is told, beside plain methods, on NASA's C-MAPSS turbofan"
                    + " engines.",
            "Errors are in flights. Takes half a minute."
        })
final class BenchPredictCommand implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();

    // set by picocli before run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--series",
            paramLabel = "DIR",
            required = true,
            description = "Holds train_FD00n.txt, and where there are, test_FD00n.txt and RUL_FD00n.txt.")
    private Path series = Path.of("");

    @Option(names = "--output", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}.")
    private Format output = Format.TABLE;

    @Override
    public void run() {
        List<ObjectNode> rows;
        try {
            rows = TurbofanBench.run(series).stream()
                    .map(BenchPredictCommand::json)
                    .toList();
        } catch (IOException | UnfitException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("rows").addAll(rows);
        new Printer(spec.commandLine().getOut(), output)
                .list(
                        answer,
                        answer.path("rows"),
                        List.of(
                                "part",
                                "test",
                                "way",
                                "engines",
                                "rmse",
                                "rmseUncut",
                                "score",
                                "coverage",
                                "width",
                                "open",
                                "microsPerMessage",
                                "bytes",
                                "heldOut"));
    }

    private static ObjectNode json(TurbofanBench.Row row) {
        ObjectNode json = JSON.createObjectNode()
                .put("part", row.part())
                .put("test", row.test())
                .put("way", row.way())
                .put("engines", row.engines());
        put(json, "rmse", row.rmse(), "%.1f");
        put(json, "rmseUncut", row.rmseUncut(), "%.1f");
        put(json, "score", row.score(), "%.0f");
        put(json, "coverage", row.coverage(), "%.2f");
        put(json, "width", row.width(), "%.1f");
        put(json, "open", row.open(), "%.2f");
        put(json, "microsPerMessage", row.microsPerMessage(), "%.1f");
        if (row.bytes() > 0) {
            json.put("bytes", row.bytes());
        }
        put(json, "heldOut", row.heldOut(), "%.1f");
        return json;
    }

    private static void put(ObjectNode json, String name, double value, String digits) {
        if (!Double.isNaN(value)) {
            json.put(name, Double.parseDouble(String.format(Locale.ROOT, digits, value)));
        }
    }
}
