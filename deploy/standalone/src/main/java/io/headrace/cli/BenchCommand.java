package io.headrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Benchmarks, each in processes of its own on the benchmarks module's class path. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures, beside others, in one run.",
        subcommands = BenchCommand.OfGateway.class)
final class BenchCommand {
    @Command(
            name = "gateway",
            mixinStandardHelpOptions = true,
            description = {
                "Processor time per message of the gateway, beside Kafka's producer tool and other MQTT servers.",
                "Takes about six minutes and the whole machine."
            })
    static final class OfGateway implements Runnable {
        @Option(names = "--output", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}.")
        private Format output = Format.TABLE;

        @Option(names = "--quick", description = "Short windows: ratios that are only roughly right.")
        private boolean isQuick;

        @Option(
                names = "--only",
                paramLabel = "SYSTEM",
                split = ",",
                description = "Of tool, headrace, vertx, moquette, hivemq, mosquitto+kcat, idle.")
        private List<String> only = List.of();

        @Option(
                names = "--set",
                paramLabel = "NAME=VALUE",
                description = "A setting of the gateway, gateway.ingest.linger=1ms for example; may be given again.")
        private List<String> settings = List.of();

        @Override
        public void run() {
            List<String> arguments = new ArrayList<>(List.of("--output", output.name()));
            if (isQuick) {
                arguments.add("--quick");
            }
            if (!only.isEmpty()) {
                arguments.addAll(List.of("--only", String.join(",", only)));
            }
            settings.forEach(each -> arguments.addAll(List.of("--set", each)));
            carryOut("io.headrace.bench.GatewayBench", arguments);
        }
    }

    private static void carryOut(String main, List<String> arguments) {
        String root = System.getProperty("headrace.root", ".");
        Path libraries = Path.of(root, "benchmarks/gateway/target/lib");
        if (!Files.isDirectory(libraries)) {
            throw new CommandException(
                    ExitCode.UNAVAILABLE, "the benchmarks aren't built: run them as ./headrace bench");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dheadrace.root=" + root,
                "-cp",
                libraries + "/*",
                main));
        command.addAll(arguments);
        int code = run(command);
        switch (code) {
            case 0 -> {}
            case 1 -> throw new CommandException(ExitCode.FAILED, "messages were lost, or are out of order");
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
