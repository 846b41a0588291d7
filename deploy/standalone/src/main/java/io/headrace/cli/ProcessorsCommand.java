package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.streams.Processors;
import io.headrace.streams.ProcessorsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

/** What makes readings, windows and anomalies of messages. */
@Command(
        name = "processors",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the stream processors against a given Kafka.",
            "With --into, runs them over history into shadow topics, beside the live ones, and prints the difference;",
            "leaves with 1 where there is one."
        })
final class ProcessorsCommand extends RoleCommand {
    @ArgGroup(exclusive = false, heading = "%nOver history:%n")
    private @Nullable OverHistory history;

    @Override
    Running start(Settings settings, MeterRegistry meters) {
        ProcessorsConfig config = ProcessorsConfig.from(settings);
        settings.requireAllRead();
        Processors role = Processors.start(config, meters);
        return new Running(role, role.endpoints(), role::isReady, () -> true, role::failure);
    }

    @Override
    public void run() {
        if (history == null) {
            super.run();
        } else {
            history.run(settings(), line());
        }
    }
}
