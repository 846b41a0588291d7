package io.headrace.streams;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Shadow;
import io.headrace.config.ConfigException;
import io.headrace.config.KafkaConfig;
import io.headrace.config.Settings;
import io.headrace.registry.RegistryConfig;
import io.headrace.streams.hot.HotConfig;
import io.headrace.streams.normalize.NormalizeConfig;
import java.util.Optional;

/**
 * All that the processors need to know; each part is read by its own record.
 *
 * @param shadow of a run over history: where its results go; empty for the live application
 */
public record ProcessorsConfig(
        KafkaConfig kafka,
        RegistryConfig registry,
        Fragments fragments,
        NormalizeConfig normalize,
        HotConfig hot,
        RuntimeConfig runtime,
        Optional<Shadow> shadow) {

    /** @throws io.headrace.config.ConfigException naming key, value and range */
    public static ProcessorsConfig from(Settings settings) {
        return new ProcessorsConfig(
                KafkaConfig.from(settings),
                RegistryConfig.from(settings),
                Fragments.from(settings),
                NormalizeConfig.from(settings),
                HotConfig.from(settings),
                RuntimeConfig.from(settings),
                Optional.empty());
    }

    /** The same, but for where its results go: under other names, by an application of its own. */
    public ProcessorsConfig into(Shadow shadow) {
        return new ProcessorsConfig(kafka, registry, fragments, normalize, hot, runtime, Optional.of(shadow));
    }

    /** The hub's topics, with those that plugged-in fragments declare. */
    public Catalogue catalogue() {
        Catalogue live = kafka.catalogue();
        return with(fragments, shadow.map(live::shadowed).orElse(live));
    }

    /**
     * As {@link #catalogue()}, for whoever runs no processors: reads {@code kafka.*}, {@code processors.plugins} and what
     * fragments read.
     */
    public static Catalogue catalogue(Settings settings) {
        return with(Fragments.from(settings), KafkaConfig.from(settings).catalogue());
    }

    private static Catalogue with(Fragments fragments, Catalogue catalogue) {
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
    public String applicationId() {
        String id = shadow.map(each -> "headrace-reprocess-" + each.suffix()).orElseGet(this::liveApplicationId);
        return kafka.topicPrefix() + id;
    }

    private String liveApplicationId() {
        return runtime.applicationId()
                .orElseGet(() -> fragments.has(BuiltIn.NORMALIZE)
                        ? "headrace-processors"
                        : "headrace-" + String.join("-", fragments.names()));
    }
}
