package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.standalone.DataFolder;
import io.headrace.standalone.Logging;
import io.headrace.standalone.Standalone;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything in one process. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Runs everything in one process until Ctrl-C.",
            "Kafka, schema registry, PostgreSQL, gateway, processors,",
            "sinks, control plane. Prints a line for each address, then: ready. Needs nothing installed and no",
            "configuration; started again on the same folder, it goes on where it stopped."
        })
final class UpCommand implements Runnable {
    // set by picocli before run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings; none is needed.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "What is kept. Default: ${DEFAULT-VALUE}")
    private Path data = Path.of("data");

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "Added to every port. Default: 0")
    private int portOffset;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Settings settings = config == null ? Settings.of(Map.of()) : Settings.load(config);
        DataFolder folder = DataFolder.open(data);
        Logging.toFolder(folder.logs());
        Standalone standalone = Standalone.start(settings, portOffset, folder);
        standalone.endpoints().forEach(out::println);
        out.println("admin-token " + folder.adminToken());
        out.println("ready");
        out.flush();
        UntilStopped.await(standalone, standalone::failure);
    }
}
