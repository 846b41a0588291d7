package io.headrace.sinks.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmSinkConfigTest {
    @ParameterizedTest
    @CsvSource({
        "connection.url, jdbc:mysql://x/y",
        "write.timeout.ms, 10",
        "retry.backoff.ms, -1",
        "retry.backoff.max.ms, 20",
        "partition.width, week",
        "partition.limit, 0",
        "retention.days, many"
    })
    void aWrongValueIsNamedWithItsKey(String key, String value) {
        Map<String, String> settings = new HashMap<>(Map.of("name", "warm", "connection.url", "jdbc:postgresql://h/d"));
        settings.put(key, value);

        assertThatThrownBy(() -> new WarmSinkConfig(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value);
    }

    @Test
    void theConnectionIsMissedByName() {
        assertThatThrownBy(() -> new WarmSinkConfig(Map.of("name", "warm")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("connection.url");
    }

    @Test
    void aPasswordIsNeverPrinted() {
        WarmSinkConfig config = new WarmSinkConfig(
                Map.of("name", "warm", "connection.url", "jdbc:postgresql://h/d", "connection.password", "hush"));

        assertThat(config.values().toString()).doesNotContain("hush");
        assertThat(config.driverProperties().getProperty("password")).isEqualTo("hush");
    }

    @Test
    void whatIsNotSetHasItsDefault() {
        WarmSinkConfig config = new WarmSinkConfig(Map.of("name", "warm", "connection.url", "jdbc:postgresql://h/d"));

        assertThat(config.partitionWidth()).isEqualTo(WarmSinkConfig.Width.DAY);
        assertThat(config.retention()).isEqualTo(Duration.ZERO);
        assertThat(config.writeTimeout()).isEqualTo(Duration.ofSeconds(30));
    }
}
