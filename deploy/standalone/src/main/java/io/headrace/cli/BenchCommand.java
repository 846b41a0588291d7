package io.headrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Benchmarks, each in processes of its own on the benchmarks module's class path. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures, beside others, in one run.",
        subcommands = {BenchCommand.OfGateway.class, BenchCommand.OfWindows.class, BenchCommand.OfSinks.class})
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
                "Systems: loop, headrace, flink, alerts.",
                "Takes about nine minutes and the whole machine; --quick three and a half."
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
                "Systems: headrace, copy, debezium, debezium-unnest, cold, latency. --set takes settings of the warm"
                        + " connector.",
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

    private static void carryOut(String main, List<String> arguments) {
        String root = System.getProperty("headrace.root", ".");
        Path libraries = Path.of(root, "benchmarks/sinks/target/lib");
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
        int code = run(command);
        switch (code) {
            case 0 -> {}
            case 1 ->
                throw new CommandException(ExitCode.FAILED, "messages were lost, counted twice, or are out of order");
            default -> throw new CommandException(ExitCode.UNAVAILABLE, "the benchmark ended with " + code);
        }
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
