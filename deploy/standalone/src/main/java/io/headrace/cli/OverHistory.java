package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.streams.ProcessorsConfig;
import io.headrace.streams.reprocess.Reprocessing;
import io.headrace.streams.reprocess.Request;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The processors over history. */
final class OverHistory {
    private static final String FRAGMENTS = "processors.fragments";
    private static final String DEFAULT_FRAGMENTS = "normalize,route,window,detect,predict,rules";

    @Option(
            names = "--into",
            paramLabel = "SUFFIX",
            required = true,
            description = "Writes <topic>.SUFFIX in place of each topic: 1 to 32 of a-z 0-9.")
    private String into = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "What was received from then on: 2026-03-01T00:00:00Z, or 6h for six hours ago.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Until then. Default: now.")
    private @Nullable String to;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "0s",
            description =
                    "How long before --from to begin, so that windows, detectors and alerts know what went before;"
                            + " it isn't compared. Default: ${DEFAULT-VALUE}")
    private String warmUp = "0s";

    @Option(
            names = "--fragments",
            paramLabel = "NAMES",
            description = "In place of processors.fragments, and without hot. With normalize they read telemetry.raw,"
                    + " without it the live telemetry.readings.")
    private @Nullable String fragments;

    @Option(names = "--with", paramLabel = "FILE", description = "Settings to try; they win over those of --config.")
    private @Nullable Path with;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "Rules to try in place of live ones of the same id, as JSON: what rule list prints.")
    private @Nullable Path rules;

    @Option(names = "--routes", paramLabel = "FILE", description = "Routes to try, as JSON: what route list prints.")
    private @Nullable Path routes;

    @Option(names = "--clean-up", description = "Removes what runs into this suffix have left, and runs nothing.")
    private boolean cleanUp;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json. Default: ${DEFAULT-VALUE}")
    private Format output = Format.TABLE;

    void run(Settings file, CommandLine line) {
        PrintWriter out = line.getOut();
        ProcessorsConfig config = config(file);
        if (cleanUp) {
            Reprocessing.cleanUp(config, into).forEach(topic -> out.println("removed " + topic));
            return;
        }
        var report = Reprocessing.run(request(config), new SimpleMeterRegistry(), new Percent(line.getErr()));
        new ReportPage(out, output).print(report);
        if (!report.isSame()) {
            throw new CommandException(ExitCode.FAILED, "the run came to something else than what is there");
        }
    }

    private ProcessorsConfig config(Settings file) {
        Settings settings = with == null ? file : file.with(Settings.load(with).passThrough(""));
        String names = fragments == null ? withoutHot(settings.text(FRAGMENTS, DEFAULT_FRAGMENTS)) : fragments;
        Settings all = settings.with(Map.of(FRAGMENTS, names));
        ProcessorsConfig config = ProcessorsConfig.from(all);
        all.findText("metrics.listen");
        all.requireAllRead();
        return config;
    }

    private static String withoutHot(String names) {
        return Arrays.stream(names.split(",", -1))
                .filter(name -> !name.strip().equals("hot"))
                .collect(Collectors.joining(","));
    }

    private Request request(ProcessorsConfig config) {
        Instant now = Instant.now();
        if (from == null) {
            throw new CommandException(ExitCode.USAGE, "--from is missing: the time from which to run");
        }
        return new Request(
                config,
                into,
                PastTime.of("--from", from, now),
                to == null ? now : PastTime.of("--to", to, now),
                PastTime.length("--warm-up", warmUp),
                rules == null ? List.of() : DefinitionsFile.rules(rules, now),
                routes == null ? List.of() : DefinitionsFile.routes(routes, now));
    }

    /** Says on a terminal how far the run has come. */
    private record Percent(PrintWriter err) implements io.headrace.streams.reprocess.Progress {
        @Override
        public void at(long done, long all) {
            if (isTerminal(System.console())) {
                err.print("\r" + done + " of " + all + (done == all ? "\n" : ""));
                err.flush();
            }
        }

        private static boolean isTerminal(@Nullable Console console) {
            return console != null && console.isTerminal();
        }
    }
}
