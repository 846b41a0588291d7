package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MqttConfigTest {
    @Test
    void hasDefaultsThatKeepThePromises() {
        MqttConfig config = MqttConfig.from(Settings.of(Map.of()), true);

        assertThat(config.listen())
                .hasValueSatisfying(address -> assertThat(address.getPort()).isEqualTo(1883));
        assertThat(config.tlsListen())
                .hasValueSatisfying(address -> assertThat(address.getPort()).isEqualTo(8883));
        assertThat(config.session().authenticated()).isTrue();
        assertThat(config.session().maxPayload()).isEqualTo(256 << 10);
        assertThat(config.session().maxPacket()).isGreaterThan((256 << 10) + (64 << 10));
        assertThat(config.session().topicAliasMaximum()).isGreaterThanOrEqualTo(10);
        assertThat(config.session().keepAliveMaximum()).isGreaterThanOrEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void readsEveryKey() {
        Settings settings = Settings.of(Map.ofEntries(
                Map.entry("gateway.mqtt.listen", "off"),
                Map.entry("gateway.mqtts.listen", "localhost:1"),
                Map.entry("gateway.mqtt.authentication", "none"),
                Map.entry("gateway.mqtt.max-packet", "64KiB"),
                Map.entry("gateway.mqtt.receive-maximum", "7"),
                Map.entry("gateway.mqtt.topic-alias-maximum", "8"),
                Map.entry("gateway.mqtt.keep-alive-maximum", "2min"),
                Map.entry("gateway.mqtt.session-expiry-maximum", "1h"),
                Map.entry("gateway.mqtt.connect-timeout", "3s"),
                Map.entry("gateway.mqtt.unread-timeout", "4s"),
                Map.entry("gateway.mqtt.max-idle-sessions", "9"),
                Map.entry("gateway.mqtt.will-budget", "1MiB"),
                Map.entry("gateway.max-payload", "32KiB")));

        MqttConfig config = MqttConfig.from(settings, true);

        settings.requireAllRead();
        assertThat(config.listen()).isEmpty();
        assertThat(config.session().authenticated()).isFalse();
        assertThat(config.session().maxPacket()).isEqualTo(64 << 10);
        assertThat(config.session().receiveMaximum()).isEqualTo(7);
        assertThat(config.session().keepAliveMaximum()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.maxIdleSessions()).isEqualTo(9);
        assertThat(config.willBudget()).isEqualTo(1 << 20);
    }

    @ParameterizedTest
    @CsvSource({
        "gateway.mqtt.receive-maximum, 0",
        "gateway.mqtt.receive-maximum, 65536",
        "gateway.mqtt.topic-alias-maximum, 65536",
        "gateway.mqtt.keep-alive-maximum, 59s",
        "gateway.mqtt.max-packet, 17MiB",
        "gateway.mqtt.authentication, maybe",
        "gateway.mqtt.connect-timeout, 0s",
        "gateway.mqtt.max-idle-sessions, -1",
        "gateway.mqtt.will-budget, 1KiB",
    })
    void namesKeyAndValueThatAreOutOfRange(String key, String value) {
        assertThatThrownBy(() -> MqttConfig.from(Settings.of(Map.of(key, value)), false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value);
    }

    @ParameterizedTest
    @CsvSource({"gateway.mqtt.listen, 0.0.0.0:1883", "gateway.mqtts.listen, 192.0.2.1:8883"})
    void asksForNoAuthenticationOnLoopbackOnly(String key, String address) {
        Map<String, String> settings = Map.of(key, address, "gateway.mqtt.authentication", "none");

        assertThatThrownBy(() -> MqttConfig.from(Settings.of(settings), true))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("loopback");
    }
}
