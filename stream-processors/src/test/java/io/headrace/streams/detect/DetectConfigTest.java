package io.headrace.streams.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectConfigTest {
    @Test
    void readsEveryKey() {
        Settings settings = Settings.of(Map.of(
                "processors.detect.detector",
                "adaptive",
                "processors.detect.threshold",
                "0.8",
                "processors.detect.max-metrics",
                "7",
                "processors.detect.joint",
                "false"));

        assertThat(DetectConfig.from(settings)).isEqualTo(new DetectConfig("adaptive", 0.8, 7, false));
        settings.requireAllRead();
    }

    @Test
    void hasADefaultForEveryKey() {
        assertThat(DetectConfig.from(Settings.of(Map.of()))).isEqualTo(new DetectConfig("habit", 0.5, 200, true));
    }

    @ParameterizedTest
    @CsvSource({
        "processors.detect.detector, oracle",
        "processors.detect.threshold, 0",
        "processors.detect.threshold, 1",
        "processors.detect.threshold, high",
        "processors.detect.max-metrics, 0",
        "processors.detect.max-metrics, 10001",
        "processors.detect.joint, maybe"
    })
    void refusesWhatIsOutOfRangeNamingKeyAndValue(String key, String value) {
        assertThatThrownBy(() -> DetectConfig.from(Settings.of(Map.of(key, value))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value);
    }
}
