package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.streams.Processors;
import io.headrace.streams.ProcessorsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import picocli.CommandLine.Command;

/** What makes readings, windows and anomalies of messages. */
@Command(
        name = "processors",
        mixinStandardHelpOptions = true,
        description = "Runs the stream processors against a given Kafka.")
final class ProcessorsCommand extends RoleCommand {
    @Override
    Running start(Settings settings, MeterRegistry meters) {
        ProcessorsConfig config = ProcessorsConfig.from(settings);
        settings.requireAllRead();
        Processors role = Processors.start(config, meters);
        return new Running(role, role.endpoints(), role::isReady, () -> true, role::failure);
    }
}
