package io.headrace.sinks.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, by name. */
class EmailConfigTest {
    private static Map<String, String> with(String key, String value) {
        Map<String, String> all = new HashMap<>(Map.of("smtp.host", "mail.example", "sender", "hr@x.example"));
        all.put(key, value);
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "smtp.host, '', empty",
        "smtp.port, 0, 1",
        "smtp.security, ssl, starttls",
        "smtp.user, ann, smtp.password",
        "smtp.password, s3cret, smtp.user",
        "ca.file, /no/such/file.pem, can't be read",
        "sender, nobody, one address",
        "sender, 'a@x.example, b@x.example', one address",
        "time.zone, Mars/Olympus, time zone",
        "recipient.burst, 0, 1",
        "recipient.interval.ms, -1, 0",
        "retry.backoff.max.ms, 999, retry.backoff.ms",
        "give.up.after.ms, -1, 0",
    })
    void aSettingThatCantBeIsRefused(String key, String value, String why) {
        assertThatThrownBy(() -> new EmailConfig(with(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aPasswordIsNotSentInTheOpen() {
        Map<String, String> all = with("smtp.security", "none");
        all.putAll(Map.of("smtp.user", "ann", "smtp.password", "s3cret"));

        assertThatThrownBy(() -> new EmailConfig(all))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("smtp.security");
        all.put("smtp.security", "tls");
        assertThat(new EmailConfig(all).password()).isEqualTo("s3cret");
    }
}
