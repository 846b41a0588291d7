package io.headrace.cli;

import io.headrace.catalogue.Sizing;
import io.headrace.config.KafkaConfig;
import io.headrace.config.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command works on: a configuration file, or the broker of {@code up}. */
final class KafkaOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Reads kafka.* from it. Without: the broker of up at 127.0.0.1:9092.")
    private @Nullable Path config;

    @Option(names = "--port-offset", paramLabel = "N", defaultValue = "0", description = "As given to up.")
    private int portOffset;

    KafkaConfig kafka() {
        if (config != null) {
            return KafkaConfig.from(Settings.load(config));
        }
        Settings standalone = Settings.of(Map.of(
                "kafka.bootstrap-servers", "127.0.0.1:" + (9092 + portOffset),
                "kafka.partitions", Integer.toString(Sizing.STANDALONE.partitions()),
                "kafka.replication", Integer.toString(Sizing.STANDALONE.replication())));
        return KafkaConfig.from(standalone);
    }
}
