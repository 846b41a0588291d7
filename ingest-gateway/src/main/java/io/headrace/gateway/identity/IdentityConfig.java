package io.headrace.gateway.identity;

import io.headrace.config.Secret;
import io.headrace.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How devices prove who they are.
 *
 * @param masterKey opens the devices' keys; 32 bytes in Base64
 * @param hubHost host name that SAS tokens must be for, letter case apart; empty for any
 * @param clockSkew how long after its expiry a token or certificate is still taken, for clocks that differ
 * @param clientAuthorities PEM file of the authorities whose client certificates are believed; empty for none
 * @param certificateName where such a certificate names its device
 */
public record IdentityConfig(
        Secret masterKey,
        Optional<String> hubHost,
        Duration clockSkew,
        Optional<Path> clientAuthorities,
        CertificateName certificateName) {

    /**
     * Reads {@code secrets.master-key-file} or {@code secrets.master-key-env}, {@code gateway.identity.hub-host},
     * {@code gateway.identity.clock-skew}, {@code gateway.tls.client-authorities}, and what {@link CertificateName} reads.
     */
    public static IdentityConfig from(Settings settings) {
        return new IdentityConfig(
                settings.secret("secrets.master-key"),
                settings.findText("gateway.identity.hub-host"),
                settings.duration(
                        "gateway.identity.clock-skew", Duration.ofMinutes(5), Duration.ZERO, Duration.ofHours(1)),
                settings.findPath("gateway.tls.client-authorities"),
                CertificateName.from(settings));
    }
}
