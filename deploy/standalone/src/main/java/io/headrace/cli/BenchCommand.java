package io.headrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Benchmarks, each in processes of its own on the benchmarks module's class path. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures, beside others, in one run.",
        subcommands = {
            BenchCommand.OfGateway.class,
            BenchCommand.OfWindows.class,
            BenchCommand.OfSinks.class,
            BenchCommand.OfDetectors.class,
            BenchPredictCommand.class
        })
final class BenchCommand {
    /** What all benchmarks take. */
    private static final class Common {
        @Option(names = "--output", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}.")
        private Format output = Format.TABLE;

        @Option(names = "--quick", description = "A short run: ratios that are only roughly right.")
        private boolean isQuick;

        @Option(names = "--only", paramLabel = "SYSTEM", split = ",", description = "Some of the systems.")
        private List<String> only = List.of();

        @Option(
                names = "--set",
                paramLabel = "NAME=VALUE",
                description = "A setting of what is ours, gateway.ingest.linger=1ms for example; may be given again.")
        private List<String> settings = List.of();

        private List<String> arguments() {
            List<String> arguments = new ArrayList<>(List.of("--output", output.name()));
            if (isQuick) {
                arguments.add("--quick");
            }
            if (!only.isEmpty()) {
                arguments.addAll(List.of("--only", String.join(",", only)));
            }
            settings.forEach(each -> arguments.addAll(List.of("--set", each)));
            return arguments;
        }
    }

    @Command(
            name = "gateway",
            mixinStandardHelpOptions = true,
            description = {
                "Processor time per message of the gateway, beside Kafka's bare producer and other MQTT servers.",
                "Systems: producer, tool, defaults, headrace, vertx, vertx-same-record, moquette, hivemq, mosquitto+kcat,"
                        + " idle, commands.",
                "Takes about twelve minutes and the whole machine; --quick five."
            })
    static final class OfGateway implements Runnable {
        @Mixin
        private Common common = new Common();

        @Override
        public void run() {
            carryOut("io.headrace.bench.GatewayBench", common.arguments());
        }
    }

    @Command(
            name = "windows",
            mixinStandardHelpOptions = true,
            description = {
                "Messages per second of processor time of the processors, beside a bare loop and Apache Flink; and how"
                        + " long an alert takes from the device.",
                "Systems: loop, streams, headrace, flink, flink-by-metric, alerts.",
                "Takes about five minutes and the whole machine; --quick three and a half."
            })
    static final class OfWindows implements Runnable {
        @Mixin
        private Common common = new Common();

        @Override
        public void run() {
            carryOut("io.headrace.bench.windows.WindowsBench", common.arguments());
        }
    }

    @Command(
            name = "sinks",
            mixinStandardHelpOptions = true,
            description = {
                "Rows per second of the warm sink, beside PostgreSQL's COPY and Debezium's JDBC sink; Parquet of the cold"
                        + " sink, beside the same without Kafka; and how long a row takes from the device.",
                "Systems: headrace, copy, debezium, debezium-unnest, debezium-defaults, cold, latency; and rows, where it is named:"
                        + " what analysts ask of 100 million rows. --set takes settings of the warm connector.",
                "Takes about six minutes and the whole machine; --quick three."
            })
    static final class OfSinks implements Runnable {
        @Mixin
        private Common common = new Common();

        @Override
        public void run() {
            carryOut("io.headrace.bench.sinks.SinksBench", common.arguments());
        }
    }

    @Command(
            name = "detect",
            mixinStandardHelpOptions = true,
            description = {
                "Runs every detector over labelled series and writes what it scores, in the layout of the Numenta Anomaly"
                        + " Benchmark; what it costs; with --score, how well it does.",
                "What ships goes through the processors' whole fragment, as default. Takes a minute."
            })
    static final class OfDetectors implements Callable<Integer> {
        /** The benchmark has said which. */
        private static final int WRONG_INPUT = ExitCode.USAGE.code();

        @Option(
                names = "--series",
                required = true,
                paramLabel = "DIR",
                description = "Folder whose subfolders hold CSV files of timestamp,value.")
        private Path series = Path.of("");

        @Option(names = "--results", required = true, paramLabel = "DIR", description = "Folder for the results.")
        private Path results = Path.of("");

        @Option(
                names = "--detectors",
                paramLabel = "NAME",
                split = ",",
                description = "Some of: default, habit, robust, seasonal, change-point, adaptive, random-cut-forest.")
        private List<String> detectors = List.of();

        @Option(names = "--variants", description = "The default also on rescaled, shifted and noisy copies.")
        private boolean withVariants;

        @Option(names = "--score", paramLabel = "FILE", description = "The benchmark's score.py, to be run by python3.")
        private @Nullable Path score;

        @Option(
                names = "--labels",
                paramLabel = "FILE",
                description = "Its windows; by default ../labels/combined_windows.json, seen from the series.")
        private @Nullable Path labels;

        @Option(names = "--output", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}.")
        private Format output = Format.TABLE;

        @Override
        public Integer call() {
            List<String> arguments = new ArrayList<>(List.of("--output", output.name()));
            arguments.addAll(List.of("--series", series.toString(), "--results", results.toString()));
            if (!detectors.isEmpty()) {
                arguments.addAll(List.of("--detectors", String.join(",", detectors)));
            }
            if (withVariants) {
                arguments.add("--variants");
            }
            if (score != null) {
                arguments.addAll(List.of("--score", score.toString()));
            }
            if (labels != null) {
                arguments.addAll(List.of("--labels", labels.toString()));
            }
            int code = start("benchmarks/detect/target/lib", "io.headrace.bench.detect.DetectBench", arguments);
            if (code != 0 && code != WRONG_INPUT) {
                throw new CommandException(ExitCode.FAILED, "the benchmark ended with " + code);
            }
            return code;
        }
    }

    private static void carryOut(String main, List<String> arguments) {
        int code = start("benchmarks/sinks/target/lib", main, arguments);
        switch (code) {
            case 0 -> {}
            case 1 ->
                throw new CommandException(ExitCode.FAILED, "messages were lost, counted twice, or are out of order");
            default -> throw new CommandException(ExitCode.UNAVAILABLE, "the benchmark ended with " + code);
        }
    }

    /** @return the benchmark's exit code */
    private static int start(String folder, String main, List<String> arguments) {
        String root = System.getProperty("headrace.root", ".");
        Path libraries = Path.of(root, folder);
        if (!Files.isDirectory(libraries)) {
            throw new CommandException(
                    ExitCode.UNAVAILABLE, "the benchmarks aren't built: run them as ./headrace bench");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dheadrace.root=" + root,
                "-Dheadrace.apicurio.home=" + System.getProperty("headrace.apicurio.home", ""),
                "-cp",
                libraries + "/*",
                main));
        command.addAll(arguments);
        return run(command);
    }

    private static int run(List<String> command) {
        try {
            Process benchmark = new ProcessBuilder(command).inheritIO().start();
            Runtime.getRuntime().addShutdownHook(new Thread(benchmark::destroy));
            return benchmark.waitFor();
        } catch (IOException e) {
            throw new CommandException(ExitCode.UNAVAILABLE, "the benchmark can't be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }
}
