package io.headrace.streams;

import io.headrace.catalogue.Catalogue;
import io.headrace.config.ConfigException;
import io.headrace.config.KafkaConfig;
import io.headrace.config.Settings;
import io.headrace.registry.RegistryConfig;
import io.headrace.streams.hot.HotConfig;
import io.headrace.streams.normalize.NormalizeConfig;

/** All that the processors need to know; each part is read by its own record. */
public record ProcessorsConfig(
        KafkaConfig kafka,
        RegistryConfig registry,
        Fragments fragments,
        NormalizeConfig normalize,
        HotConfig hot,
        RuntimeConfig runtime) {

    /** @throws io.headrace.config.ConfigException naming key, value and range */
    public static ProcessorsConfig from(Settings settings) {
        return new ProcessorsConfig(
                KafkaConfig.from(settings),
                RegistryConfig.from(settings),
                Fragments.from(settings),
                NormalizeConfig.from(settings),
                HotConfig.from(settings),
                RuntimeConfig.from(settings));
    }

    /** The hub's topics, with those that plugged-in fragments declare. */
    public Catalogue catalogue() {
        return catalogue(kafka, fragments);
    }

    /**
     * As {@link #catalogue()}, for whoever runs no processors: reads {@code kafka.*}, {@code processors.plugins} and what
     * fragments read.
     */
    public static Catalogue catalogue(Settings settings) {
        return catalogue(KafkaConfig.from(settings), Fragments.from(settings));
    }

    private static Catalogue catalogue(KafkaConfig kafka, Fragments fragments) {
        Catalogue catalogue = kafka.catalogue();
        try {
            return catalogue.with(fragments.topics(catalogue));
        } catch (IllegalArgumentException refused) {
            throw new ConfigException("a plug-in's topics can't be had: " + refused.getMessage());
        }
    }

    /**
     * Name of the application, prefixed as the hub's topics are. One that reads raw messages is the same whatever else it
     * does: under another name it would read them all again.
     */
    String applicationId() {
        String id = runtime.applicationId()
                .orElseGet(() -> fragments.has(BuiltIn.NORMALIZE)
                        ? "headrace-processors"
                        : "headrace-" + String.join("-", fragments.names()));
        return kafka.topicPrefix() + id;
    }
}
