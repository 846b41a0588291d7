package io.headrace.cli;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.config.KafkaConfig;
import io.headrace.config.Settings;
import io.headrace.streams.ProcessorsConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command works on: a configuration file, or the broker of {@code up}. */
final class KafkaOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Reads kafka.* and processors.plugins from it. Without: the broker of up at 127.0.0.1:9092.")
    private @Nullable Path config;

    @Option(names = "--port-offset", paramLabel = "N", defaultValue = "0", description = "As given to up.")
    private int portOffset;

    KafkaConfig kafka() {
        return KafkaConfig.from(settings());
    }

    /** The hub's topics, with those of plugged-in processors. */
    Catalogue catalogue() {
        return ProcessorsConfig.catalogue(settings());
    }

    private Settings settings() {
        if (config != null) {
            return Settings.load(config);
        }
        return Settings.of(Map.of(
                "kafka.bootstrap-servers", "127.0.0.1:" + (9092 + portOffset),
                "kafka.partitions", Integer.toString(Sizing.STANDALONE.partitions()),
                "kafka.replication", Integer.toString(Sizing.STANDALONE.replication())));
    }
}
