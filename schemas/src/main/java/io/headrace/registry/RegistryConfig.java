package io.headrace.registry;

import io.headrace.config.Secret;
import io.headrace.config.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach the schema registry.
 *
 * @param url base of its REST protocol: {@code http://host:8081} for Confluent's, {@code …/apis/ccompat/v7} for
 *     Apicurio's
 * @param username for HTTP basic authentication; needs the password
 * @param password for HTTP basic authentication; needs the user name
 * @param trustedCertificates PEM file of the authorities to trust for https; empty for the JVM's own
 * @param timeout for one request
 */
public record RegistryConfig(
        URI url,
        Optional<String> username,
        Optional<Secret> password,
        Optional<Path> trustedCertificates,
        Duration timeout) {

    public RegistryConfig {
        if (username.isPresent() != password.isPresent()) {
            throw new IllegalArgumentException("registry.username and registry.password-file go together");
        }
    }

    /** Without authentication and with the JVM's own trust store. */
    public static RegistryConfig of(URI url) {
        return new RegistryConfig(url, Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofSeconds(10));
    }

    /** Reads {@code registry.url}, {@code .username}, {@code .password-file}, {@code .trusted-certificates}, {@code .timeout}. */
    public static RegistryConfig from(Settings settings) {
        return new RegistryConfig(
                settings.uri("registry.url"),
                settings.findText("registry.username"),
                settings.findSecret("registry.password"),
                settings.findPath("registry.trusted-certificates"),
                settings.duration(
                        "registry.timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(5)));
    }
}
