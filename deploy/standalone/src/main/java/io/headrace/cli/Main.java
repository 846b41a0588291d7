package io.headrace.cli;

import io.headrace.standalone.Logging;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Headrace's command line. */
@Command(
        name = "headrace",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "An open, Kafka-native telemetry pipeline for fleets of devices.",
        exitCodeListHeading = "%nExit codes:%n",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            GatewayCommand.class,
            ProcessorsCommand.class,
            ConnectCommand.class,
            ControlPlaneCommand.class,
            DeviceCommand.class,
            RouteCommand.class,
            RuleCommand.class,
            AlertCommand.class,
            ModelCommand.class,
            AnomalyCommand.class,
            MaintenanceCommand.class,
            MappingCommand.class,
            SendCommand.class,
            DeadLettersCommand.class,
            ReconcileCommand.class,
            QueryCommand.class,
            TopicsCommand.class,
            ColdCommand.class,
            BenchCommand.class,
            GenerateCompletion.class
        },
        footer = {"", "./headrace test runs the whole test suite."})
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Logging.toConsole();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, args));
    }

    /**
     * Runs one command line.
     *
     * @return the exit code
     */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new Main());
        line.getCommandSpec().usageMessage().exitCodeList(ExitCode.meanings());
        Failures failures = new Failures();
        line.setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        if (args.length == 0) {
            line.usage(err);
            return ExitCode.USAGE.code();
        }
        return line.execute(args);
    }
}
