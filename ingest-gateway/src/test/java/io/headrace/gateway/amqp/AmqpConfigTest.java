package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmqpConfigTest {
    @Test
    void hasDefaultsThatKeepThePromises() {
        AmqpConfig config = AmqpConfig.from(Settings.of(Map.of()), true, "gw");

        assertThat(config.listen())
                .hasValueSatisfying(address -> assertThat(address.getPort()).isEqualTo(5672));
        assertThat(config.tlsListen())
                .hasValueSatisfying(address -> assertThat(address.getPort()).isEqualTo(5671));
        assertThat(config.session().maxPayload()).isEqualTo(256 << 10);
        assertThat(config.session().maxMessage()).isGreaterThan(256 << 10);
        assertThat(AmqpConfig.from(Settings.of(Map.of()), false, "gw").tlsListen())
                .isEmpty();
    }

    @Test
    void readsEveryKey() {
        Settings settings = Settings.of(Map.ofEntries(
                Map.entry("gateway.amqp.listen", "off"),
                Map.entry("gateway.amqps.listen", "localhost:1"),
                Map.entry("gateway.amqp.max-frame", "8KiB"),
                Map.entry("gateway.amqp.max-sessions", "2"),
                Map.entry("gateway.amqp.max-links", "3"),
                Map.entry("gateway.amqp.credit", "4"),
                Map.entry("gateway.amqp.idle-timeout", "5s"),
                Map.entry("gateway.amqp.open-timeout", "6s"),
                Map.entry("gateway.amqp.transfer-timeout", "7s"),
                Map.entry("gateway.amqp.unread-timeout", "8s"),
                Map.entry("gateway.max-payload", "32KiB")));

        AmqpConfig config = AmqpConfig.from(settings, true, "gw");

        settings.requireAllRead();
        assertThat(config.listen()).isEmpty();
        assertThat(config.session().maxFrame()).isEqualTo(8 << 10);
        assertThat(config.session().maxSessions()).isEqualTo(2);
        assertThat(config.session().maxLinks()).isEqualTo(3);
        assertThat(config.session().creditWindow()).isEqualTo(4);
        assertThat(config.session().idleTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.timeouts())
                .isEqualTo(
                        new AmqpConfig.Timeouts(Duration.ofSeconds(6), Duration.ofSeconds(7), Duration.ofSeconds(8)));
    }

    @ParameterizedTest
    @CsvSource({
        "gateway.amqp.max-frame, 511",
        "gateway.amqp.max-frame, 2MiB",
        "gateway.amqp.max-sessions, 0",
        "gateway.amqp.max-links, 257",
        "gateway.amqp.credit, 0",
        "gateway.amqp.idle-timeout, 0s",
        "gateway.amqp.open-timeout, 0s",
        "gateway.amqp.transfer-timeout, 6min",
    })
    void namesKeyAndValueThatAreOutOfRange(String key, String value) {
        assertThatThrownBy(() -> AmqpConfig.from(Settings.of(Map.of(key, value)), false, "gw"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value);
    }
}
