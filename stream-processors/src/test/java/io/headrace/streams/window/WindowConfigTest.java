package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.tally.Counters;
import io.headrace.streams.window.tally.Expectation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowConfigTest {
    @TempDir
    private Path folder;

    @Test
    void hasDefaults() {
        assertThat(WindowConfig.from(Settings.of(Map.of())))
                .isEqualTo(new WindowConfig(
                        List.of(Duration.ofMinutes(1), Duration.ofHours(1)),
                        Duration.ZERO,
                        List.of(),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(2),
                        Duration.ofHours(24),
                        Duration.ofSeconds(1),
                        new Counters(List.of()),
                        Expectation.LEARNED,
                        Duration.ofMinutes(10),
                        10_000));
    }

    private static Settings settings(String... keysAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return Settings.of(settings);
    }

    /** What users read. */
    @Test
    void readsTheExampleOfItsDocumentation() throws IOException {
        // Given
        String text = Files.readString(Path.of("..", "docs", "windows.md"));
        int from = text.indexOf("```") + 3;
        Path example =
                Files.writeString(folder.resolve("example.conf"), text.substring(from, text.indexOf("```", from)));
        Settings settings = Settings.load(example);

        // When
        WindowConfig config = WindowConfig.from(settings);

        // Then
        settings.requireAllRead();
        assertThat(config.named()).extracting(WindowSpec::name).containsExactly("load", "run", "site-day", "trend");
        assertThat(config.counters().has("energy.main")).isTrue();
    }

    @Test
    void readsItsKeys() {
        Settings settings = settings(
                "processors.window.sizes", "10s, 5min,1d",
                "processors.window.grace", "0s",
                "processors.window.idle-close", "3s",
                "processors.window.keep", "2h",
                "processors.window.late-delay", "500ms",
                "processors.window.provisional", "5s",
                "processors.window.counters", "*_total, energy",
                "processors.window.expected-interval", "10s",
                "processors.window.group-lag", "1min",
                "processors.window.max-groups", "500");

        assertThat(WindowConfig.from(settings))
                .isEqualTo(new WindowConfig(
                        List.of(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofDays(1)),
                        Duration.ofSeconds(5),
                        List.of(),
                        Duration.ZERO,
                        Duration.ofSeconds(3),
                        Duration.ofHours(2),
                        Duration.ofMillis(500),
                        new Counters(List.of("*_total", "energy")),
                        Expectation.fixed(10_000_000),
                        Duration.ofMinutes(1),
                        500));
        settings.requireAllRead();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sizes | 1min,1 | processors.window.sizes = 1 must be a duration",
                "sizes | 100ms | processors.window.sizes = 100ms must be a duration",
                "sizes | 8d | processors.window.sizes = 8d must be a duration",
                "sizes | 1min,60s | processors.window.sizes = [PT1M, PT1M] must be 1 to 8 different durations",
                "sizes | 1min, | processors.window.sizes",
                "grace | -1s | processors.window.grace = -1s must be a duration",
                "idle-close | 1ms | processors.window.idle-close = 1ms must be a duration",
                "keep | 10s | processors.window.keep = PT10S must be at least processors.window.grace"
            })
    void refusesWhatCannotBeWithKeyValueAndRange(String key, String value, String message) {
        Settings settings = Settings.of(Map.of("processors.window." + key, value));

        assertThatThrownBy(() -> WindowConfig.from(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }
}
