package io.headrace.cli;

import io.headrace.client.ApiClient;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.prognosis.CsvMeans;
import io.headrace.prognosis.Failures;
import io.headrace.prognosis.StepMeans;
import io.headrace.prognosis.StepMeans.Span;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which failures, and where the history before them is read. */
final class ModelHistory {
    /** Before any reading: the clock guard takes none of before 2000. */
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private static final Duration LONGEST = Duration.ofDays(36_600);

    @Option(
            names = "--failures",
            paramLabel = "FILE",
            required = true,
            description = "CSV with the columns device and time (ISO 8601): when which device failed.")
    private Path failures = Path.of("");

    @Option(names = "--from", paramLabel = "TIME", description = "No readings before this (ISO 8601, event time).")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "No readings and no failures from this on.")
    private @Nullable String to;

    @Option(
            names = "--source",
            paramLabel = "TIER",
            defaultValue = "both",
            description = "Where the readings are: warm, cold or both. Default: ${DEFAULT-VALUE}")
    private QueryCommand.Tier source = QueryCommand.Tier.BOTH;

    @Option(
            names = "--csv",
            paramLabel = "DIR",
            description = "Read the history from the CSV files of a folder instead, with the columns device_id,"
                    + " observed_at, metric and value.")
    private @Nullable Path csv;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long each query may take. Default: ${DEFAULT-VALUE}")
    private int timeoutSeconds = 120;

    Failures failures() {
        Failures read = Failures.read(failures);
        return to == null ? read : read.before(time("--to", to));
    }

    StepMeans history(Supplier<ApiClient> api, PrintWriter err) {
        Path folder = csv;
        return folder == null
                ? new QueryMeans(api.get(), source.name().toLowerCase(Locale.ROOT), timeoutSeconds, err)
                : new CsvMeans(folder);
    }

    Span span(Failures failed, List<String> metrics) {
        return new Span(
                failed.devices(),
                metrics,
                from == null ? EARLIEST : time("--from", from),
                to == null ? failed.last().plusMillis(1) : time("--to", to));
    }

    private static Instant time(String option, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new CommandException(ExitCode.USAGE, option + " must be a time such as 2026-03-01T06:00:00Z");
        }
    }

    /** @throws CommandException where it is none, or shorter than the least */
    static Duration duration(String option, String text, Duration least) {
        try {
            return Settings.of(Map.of(option, text)).duration(option, least, least, LONGEST);
        } catch (ConfigException notADuration) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(notADuration.getMessage()));
        }
    }
}
