package io.headrace.sinks.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, by name. */
class WebhookConfigTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @ParameterizedTest
    @CsvSource({
        "target.url, http://hooks.example, must begin with https",
        "target.url, ftp://hooks.example, must begin with https",
        "target.url, hooks.example, must begin with https",
        "target.url, https://me:secret@hooks.example, no user",
        "target.url, https://hooks.example/#x, no fragment",
        "target.url, https:///x, must have a host",
        "target.url, https://hooks example, must be a URL",
        "signing.secret, whsec_c2hvcnQ=, has 5 bytes",
        "signing.secret, whsec_!!!!, Base64",
        "signing.secret.previous, whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, signing.secret",
        "template, {, isn't JSON",
        "ca.file, /no/such/file.pem, can't be read",
        "max.in.flight, 65, 64",
        "request.timeout.ms, 99, 100",
        "retry.backoff.max.ms, 999, retry.backoff.ms",
        "give.up.after.ms, -1, 0",
        "header.webhook-id, x, none of",
        "header.a b, x, header's name",
        "header.X, ü, printable ASCII",
    })
    void aSettingThatCantBeIsRefused(String key, String value, String why) {
        // Given
        Map<String, String> all = new HashMap<>(Map.of("target.url", "https://hooks.example"));
        all.put(key, value);

        // When, Then
        assertThatThrownBy(() -> new WebhookConfig(all))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key.contains("previous") ? "signing.secret" : key)
                .hasMessageContaining(why);
    }

    @Test
    void aLineBreakInAHeaderIsRefusedAndTheValueNotTold() {
        assertThatThrownBy(() ->
                        new WebhookConfig(Map.of("target.url", "https://hooks.example", "header.X", "s3cret\r\nY: 1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("header.X")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aWrongSecretIsNotTold() {
        assertThatThrownBy(() -> new WebhookConfig(
                        Map.of("target.url", "https://hooks.example", "signing.secret", "whsec_c2hvcnQ=")))
                .isInstanceOf(ConfigException.class)
                .hasMessageNotContaining("c2hvcnQ");
    }

    @Test
    void allItsKeysAreDocumented() {
        assertThat(WebhookConfig.DEFINITION.configKeys().values())
                .allMatch(key -> key.documentation != null && !key.documentation.isBlank());
        assertThat(new WebhookConfig(Map.of("target.url", "https://hooks.example", "signing.secret", SECRET))
                        .signature()
                        .isEmpty())
                .isFalse();
    }
}
