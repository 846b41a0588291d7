package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.gateway.Gateway;
import io.headrace.gateway.GatewayConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Where devices connect. */
@Command(name = "gateway", mixinStandardHelpOptions = true, description = "Runs a gateway against a given Kafka.")
final class GatewayCommand extends RoleCommand {
    @Override
    Running start(Settings settings, MeterRegistry meters) {
        GatewayConfig config = GatewayConfig.from(settings);
        settings.requireAllRead();
        Gateway role = Gateway.start(config, meters);
        return new Running(role, role.endpoints(), role::isReady, role::isLive, Optional::empty);
    }
}
