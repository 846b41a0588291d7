package io.headrace.control.hot;

import io.headrace.config.Settings;
import java.net.URI;
import java.time.Duration;

/**
 * Where the processors answer.
 *
 * @param processors base of their query address; any instance forwards to the one that has the device
 * @param timeout for one question
 */
public record HotConfig(URI processors, Duration timeout) {
    private static final String URL = "control-plane.processors-url";

    /** Reads {@code control-plane.processors-url} and {@code control-plane.processors-timeout}. */
    public static HotConfig from(Settings settings) {
        boolean isSet = settings.findText(URL).isPresent();
        URI processors = isSet ? settings.uri(URL) : URI.create("http://127.0.0.1:9410");
        return new HotConfig(
                processors,
                settings.duration(
                        "control-plane.processors-timeout",
                        Duration.ofSeconds(5),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(1)));
    }
}
