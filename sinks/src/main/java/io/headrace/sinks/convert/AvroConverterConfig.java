package io.headrace.sinks.convert;

import io.headrace.config.Secret;
import io.headrace.registry.RegistryConfig;
import io.headrace.sinks.plugin.Definition;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Settings of {@link AvroConverter}; in a connector's they stand under {@code value.converter.}. */
final class AvroConverterConfig extends AbstractConfig {
    static final String URL = "registry.url";
    static final String USERNAME = "registry.username";
    static final String PASSWORD = "registry.password";
    static final String TRUSTED_CERTIFICATES = "registry.trusted-certificates";
    static final String TIMEOUT_MS = "registry.timeout.ms";

    static final ConfigDef DEFINITION = new Definition()
            .group("Registry")
            .define(
                    URL,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    ConfigDef.LambdaValidator.with(AvroConverterConfig::requireUri, () -> "an http or https URL"),
                    Importance.HIGH,
                    "Base of the schema registry's REST protocol: http://host:8081 for Confluent's,"
                            + " http://host:port/apis/ccompat/v7 for Apicurio's.")
            .define(
                    USERNAME,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.MEDIUM,
                    "User name for HTTP basic authentication at the registry; needs " + PASSWORD + ".")
            .define(
                    PASSWORD,
                    ConfigDef.Type.PASSWORD,
                    null,
                    Importance.MEDIUM,
                    "Password for HTTP basic authentication; take it from a config provider, ${file:…} say.")
            .define(
                    TRUSTED_CERTIFICATES,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.LOW,
                    "PEM file of the authorities to trust for https; none for those of the JVM.")
            .define(
                    TIMEOUT_MS,
                    ConfigDef.Type.INT,
                    10_000,
                    Range.between(100, 300_000),
                    Importance.LOW,
                    "Longest wait for one answer of the registry, in milliseconds.")
            .build();

    AvroConverterConfig(Map<String, ?> values) {
        super(DEFINITION, values, false);
    }

    RegistryConfig registry() {
        Optional<String> username = Optional.ofNullable(getString(USERNAME));
        Optional<Password> password = Optional.ofNullable(getPassword(PASSWORD));
        if (username.isPresent() != password.isPresent()) {
            throw new ConfigException(USERNAME + " and " + PASSWORD + " go together");
        }
        return new RegistryConfig(
                URI.create(getString(URL)),
                username,
                password.map(secret -> Secret.of(secret.value())),
                Optional.ofNullable(getString(TRUSTED_CERTIFICATES)).map(Path::of),
                Duration.ofMillis(getInt(TIMEOUT_MS)));
    }

    private static void requireUri(String key, Object value) {
        try {
            String scheme = URI.create(String.valueOf(value)).getScheme();
            if ("http".equals(scheme) || "https".equals(scheme)) {
                return;
            }
        } catch (IllegalArgumentException notAUri) {
            // said below, as for another scheme
        }
        throw new ConfigException(key, value, "must be an http or https URL");
    }
}
