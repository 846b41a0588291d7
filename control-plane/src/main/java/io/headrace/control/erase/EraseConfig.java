package io.headrace.control.erase;

import io.headrace.config.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How devices are erased.
 *
 * @param settle after a device is disabled, until nothing of it is on its way to Kafka any more
 * @param processors applications that read raw messages, without the hub's prefix; each is waited for
 * @param lookAgain how often it is looked whether anything of an erased device has come back, for as long as Kafka may
 *     still have it
 */
public record EraseConfig(Duration settle, List<String> processors, Duration lookAgain) {
    private static final String KEY = "control-plane.erase.";

    public EraseConfig {
        processors = List.copyOf(processors);
    }

    /** Reads {@code control-plane.erase.settle}, {@code .processors} (comma-separated) and {@code .look-again}. */
    public static EraseConfig from(Settings settings) {
        String names = settings.text(KEY + "processors", "headrace-processors");
        return new EraseConfig(
                settings.duration(KEY + "settle", Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(10)),
                Arrays.stream(names.split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList(),
                settings.duration(KEY + "look-again", Duration.ofDays(1), Duration.ofSeconds(1), Duration.ofDays(30)));
    }
}
