package io.headrace.streams;

import io.headrace.config.KafkaConfig;
import io.headrace.config.Settings;
import io.headrace.registry.RegistryConfig;
import io.headrace.streams.detect.DetectConfig;
import io.headrace.streams.hot.HotConfig;
import io.headrace.streams.normalize.NormalizeConfig;
import io.headrace.streams.window.WindowConfig;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** All that the processors need to know; each part is read by its own record. */
public record ProcessorsConfig(
        KafkaConfig kafka,
        RegistryConfig registry,
        Set<Fragment> fragments,
        NormalizeConfig normalize,
        WindowConfig window,
        DetectConfig detect,
        HotConfig hot,
        RuntimeConfig runtime) {

    public ProcessorsConfig {
        fragments = Set.copyOf(fragments);
    }

    /** @throws io.headrace.config.ConfigException naming key, value and range */
    public static ProcessorsConfig from(Settings settings) {
        return new ProcessorsConfig(
                KafkaConfig.from(settings),
                RegistryConfig.from(settings),
                Fragment.from(settings),
                NormalizeConfig.from(settings),
                WindowConfig.from(settings),
                DetectConfig.from(settings),
                HotConfig.from(settings),
                RuntimeConfig.from(settings));
    }

    /**
     * Name of the application, prefixed as the hub's topics are. One that reads raw messages is the same whatever else it
     * does: under another name it would read them all again.
     */
    String applicationId() {
        String id = runtime.applicationId().orElseGet(() -> {
            if (fragments.contains(Fragment.NORMALIZE)) {
                return "headrace-processors";
            }
            return "headrace-"
                    + EnumSet.copyOf(fragments).stream().map(Fragment::label).collect(Collectors.joining("-"));
        });
        return kafka.topicPrefix() + id;
    }
}
