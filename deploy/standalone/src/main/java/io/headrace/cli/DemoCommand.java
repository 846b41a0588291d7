package io.headrace.cli;

import io.headrace.demo.DemoOptions;
import io.headrace.demo.DemoRun;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main job on real input. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the whole pipeline on real sensor data.",
            "Starts everything, sends real sensor data over real connections, some poison among it, waits until all",
            "is stored, and counts. Leaves with 0 only if every message is accounted for."
        })
final class DemoCommand implements Runnable {
    // set by picocli before run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--speed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Times faster than the data's own time; 0, the default: as fast as it is acknowledged.")
    private double speed;

    @Option(
            names = "--series",
            paramLabel = "DIR",
            description = "Instead of the demo's own data: each CSV file of timestamp,value below DIR is a device.")
    private @Nullable Path series;

    @Option(names = "--keep", description = "Leaves everything running, to look at, until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Empty folder for all that is kept. Without: a temporary one, removed at the end.")
    private @Nullable Path data;

    @Option(names = "--summary", paramLabel = "FILE", description = "Also writes the summary as JSON.")
    private @Nullable Path summary;

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "Added to every port. Default: 0")
    private int portOffset;

    @Override
    public void run() {
        if (speed < 0) {
            throw new CommandException(ExitCode.USAGE, "--speed " + speed + " must be 0 or more");
        }
        DemoOptions options = new DemoOptions(
                Optional.ofNullable(series),
                Optional.ofNullable(data),
                Optional.ofNullable(summary),
                speed,
                portOffset);
        DemoRun run = new DemoRun(spec.commandLine().getOut(), options);
        boolean addsUp = run.run(keep ? UntilStopped::await : session -> {});
        if (!addsUp) {
            throw new CommandException(ExitCode.FAILED, "it does not add up");
        }
    }
}
