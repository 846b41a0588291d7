package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.control.ControlPlane;
import io.headrace.control.ControlPlaneConfig;
import io.headrace.control.erase.ErasedStore;
import io.headrace.standalone.Stores;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import picocli.CommandLine.Command;

/** API and console. */
@Command(
        name = "control-plane",
        mixinStandardHelpOptions = true,
        description = "Runs a control plane, with API and console, against a given Kafka.")
final class ControlPlaneCommand extends RoleCommand {
    @Override
    Running start(Settings settings, MeterRegistry meters) {
        ControlPlaneConfig config = ControlPlaneConfig.from(settings);
        List<ErasedStore> stores = Stores.from(settings);
        settings.requireAllRead();
        ControlPlane role = ControlPlane.start(config, meters, stores);
        return new Running(role, role.endpoints(), role::isReady);
    }
}
