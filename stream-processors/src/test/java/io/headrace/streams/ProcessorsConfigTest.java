package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorsConfigTest {
    @Test
    void all_has_a_default_but_the_registry() {
        // Given
        Settings settings = settings(Map.of());

        // When
        ProcessorsConfig config = ProcessorsConfig.from(settings);

        // Then
        settings.requireAllRead();
        assertThat(config.fragments().names())
                .containsExactly("normalize", "route", "predict", "window", "detect", "rules", "hot");
        assertThat(config.applicationId()).isEqualTo("headrace-processors");
        assertThat(config.normalize().clockAhead()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.normalize().duplicateWindow()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.hot().listen().getPort()).isEqualTo(9410);
    }

    @Test
    void every_key_is_read_and_what_goes_to_kafka_goes_as_it_is() {
        // Given
        Settings settings = settings(Map.ofEntries(
                Map.entry("kafka.topic-prefix", "hub1."),
                Map.entry("processors.fragments", "hot, window"),
                Map.entry("processors.threads", "4"),
                Map.entry("processors.state-dir", "/somewhere"),
                Map.entry("processors.commit-interval", "1s"),
                Map.entry("processors.longest-commit-interval", "5s"),
                Map.entry("processors.cache-size", "8MiB"),
                Map.entry("processors.rocksdb-size", "64MiB"),
                Map.entry("processors.query.listen", "127.0.0.1:0"),
                Map.entry("processors.query.advertised", "host-1:9410"),
                Map.entry("processors.hot.points", "10"),
                Map.entry("processors.hot.keep", "1h"),
                Map.entry("processors.hot.max-metrics", "10"),
                Map.entry("processors.on-failing-reading", "set-aside"),
                Map.entry("processors.normalize.clock-ahead", "1min"),
                Map.entry("processors.normalize.earliest", "2010-01-01T00:00:00Z"),
                Map.entry("processors.normalize.duplicate-window", "1min"),
                Map.entry("processors.normalize.max-inflated", "512KiB"),
                Map.entry("processors.normalize.max-depth", "4"),
                Map.entry("processors.normalize.max-values", "10"),
                Map.entry("processors.normalize.max-readings", "10"),
                Map.entry("processors.normalize.max-text-length", "10"),
                Map.entry("processors.normalize.max-name-length", "10"),
                Map.entry("processors.streams.num.standby.replicas", "1")));

        // When
        ProcessorsConfig config = ProcessorsConfig.from(settings);

        // Then
        settings.requireAllRead();
        assertThat(config.applicationId()).isEqualTo("hub1.headrace-window-hot");
        try (RocksDbMemory memory = new RocksDbMemory(config.runtime().rocksDbBytes())) {
            assertThat(StreamsSettings.of(config, new TopicSerdes(new InMemorySchemaRegistry()), memory, "host-1:9410"))
                    .containsEntry("num.standby.replicas", "1")
                    .containsEntry("processing.guarantee", "exactly_once_v2")
                    .containsEntry("application.server", "host-1:9410")
                    .containsEntry("commit.interval.ms", 5_000L);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "processors.fragments|route,window|processors.fragments = route,window must have normalize",
                "processors.fragments|normalise|must be some of normalize, route, predict, window, detect, rules, hot",
                "processors.threads|0|processors.threads = 0 must be a whole number from 1 to 256",
                "processors.normalize.earliest|2010|processors.normalize.earliest = 2010 must be a time",
                "processors.normalize.max-depth|many|processors.normalize.max-depth = many",
                "processors.on-failing-reading|go on|processors.on-failing-reading = go on must be stop or set-aside",
                "processors.query.listen|9410|processors.query.listen = 9410 must be host:port",
                "processors.query.advertised|nowhere|processors.query.advertised = nowhere must be host:port"
            })
    void a_wrong_value_is_said_with_its_key_and_range(String key, String value, String message) {
        // Given
        Settings settings = settings(Map.of(key, value));

        // When // Then
        assertThatThrownBy(() -> ProcessorsConfig.from(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key + " = " + value)
                .hasMessageContaining(message);
    }

    private static Settings settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.put("registry.url", "http://127.0.0.1:8081");
        return Settings.of(all);
    }
}
