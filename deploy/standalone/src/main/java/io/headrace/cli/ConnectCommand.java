package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.standalone.ConnectConfig;
import io.headrace.standalone.ConnectRole;
import io.micrometer.core.instrument.MeterRegistry;
import picocli.CommandLine.Command;

/** The sinks. */
@Command(
        name = "connect",
        mixinStandardHelpOptions = true,
        description = "Runs a Kafka Connect worker with the sinks against a given Kafka.")
final class ConnectCommand extends RoleCommand {
    @Override
    Running start(Settings settings, MeterRegistry meters) {
        ConnectConfig config = ConnectConfig.from(settings);
        settings.requireAllRead();
        ConnectRole role = ConnectRole.start(config, meters);
        return new Running(role, role.endpoints(), role::isReady);
    }
}
