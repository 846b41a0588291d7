package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.upkeep.Upkeep;
import io.headrace.standalone.ColdSettings;
import io.headrace.standalone.ConnectConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cold table a command is about, and how it is kept. */
final class ColdTableOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the role connect, or of up. Without: the table of an up without settings.")
    private @Nullable Path config;

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "As given to up.")
    private Path data = Path.of("data");

    @Option(names = "--port-offset", paramLabel = "N", defaultValue = "0", description = "As given to up.")
    private int portOffset;

    Upkeep upkeep() {
        Settings settings = config == null ? Settings.of(Map.of()) : Settings.load(config);
        ColdSettings cold = ColdSettings.from(settings);
        return new Upkeep(catalog(settings, cold), cold.upkeep(), Clock.systemUTC());
    }

    private ColdCatalog catalog(Settings settings, ColdSettings cold) {
        if (!cold.catalog().isEmpty()) {
            return new ColdCatalog(cold.catalog());
        }
        if (settings.findText("connect.postgres.url").isPresent()) {
            return ConnectConfig.from(settings).coldCatalog();
        }
        return new ColdCatalog(
                "jdbc:postgresql://127.0.0.1:" + (15_432 + portOffset) + "/headrace?user=headrace",
                Optional.empty(),
                Optional.empty(),
                data.resolve("cold"));
    }
}
