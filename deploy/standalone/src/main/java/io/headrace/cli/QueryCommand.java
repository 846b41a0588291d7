package io.headrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** SQL over the tiers. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description = {
            "Runs one SELECT over what is stored, in DuckDB's SQL.",
            "Tables: readings (of both tiers, each reading once), warm.readings, cold.readings, aggregates, anomalies,",
            "alerts; views: minutely, hourly, open_alerts. DESCRIBE <table> has the columns. It can't change anything;",
            "Ctrl-C stops it."
        })
final class QueryCommand implements Runnable {
    // set by picocli before run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ApiAddress address = new ApiAddress();

    @Parameters(index = "0", paramLabel = "SQL", description = "The statement; - reads standard input.")
    private String sql = "";

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            defaultValue = "both",
            description = "What readings stands for: warm, cold or both. Default: ${DEFAULT-VALUE}")
    private Tier tier = Tier.BOTH;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, csv, json (an array of objects) or parquet. Default: ${DEFAULT-VALUE}")
    private RowFormat output = RowFormat.TABLE;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write there instead of to standard output; the file is there once it is whole.")
    private @Nullable Path file;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long it may take. Default: ${DEFAULT-VALUE}")
    private int timeoutSeconds = 120;

    /** What {@code readings} stands for. */
    enum Tier {
        WARM,
        COLD,
        BOTH
    }

    @Override
    public void run() {
        if (output == RowFormat.PARQUET && file == null) {
            throw new CommandException(ExitCode.USAGE, "--output parquet needs --out FILE");
        }
        ObjectNode query = JsonNodeFactory.instance
                .objectNode()
                .put("sql", sql.equals("-") ? standardInput() : sql)
                .put("tier", tier.name().toLowerCase(Locale.ROOT))
                .put("timeoutSeconds", timeoutSeconds);
        Path target = file;
        if (target == null) {
            ask(query, output.writer(spec.commandLine().getOut()));
        } else {
            askInto(target, query);
        }
    }

    private void ask(ObjectNode query, RowWriter writer) {
        QueryAnswer answer = new QueryAnswer(writer, spec.commandLine().getErr());
        address.client().lines("/api/v1/query", query, answer::line);
        answer.requireWhole();
    }

    /** Into a file beside the target first: what is found in the target is always whole. */
    private void askInto(Path target, ObjectNode query) {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try {
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(part, StandardCharsets.UTF_8))) {
                part.toFile().deleteOnExit(); // after Ctrl-C
                ask(query, output == RowFormat.PARQUET ? new ParquetRows(part) : output.writer(out));
                if (out.checkError()) {
                    throw new IOException("the disk is full, or the file is gone");
                }
            }
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "can't write " + target + ": " + e.getMessage());
        } finally {
            delete(part);
        }
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
