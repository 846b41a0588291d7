package io.headrace.gateway.listen;

import io.headrace.config.Settings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Sockets of the gateway.
 *
 * @param threads event loops
 * @param maxConnections of all listeners together; one more is closed at once
 * @param door who is let in
 * @param allowPlaintext whether listeners without TLS may be on addresses other than loopback
 * @param handshakeTimeout for TLS
 * @param tls certificate of the server; empty where there are no TLS listeners
 */
public record ListenConfig(
        int threads,
        int maxConnections,
        DoorConfig door,
        boolean allowPlaintext,
        Duration handshakeTimeout,
        Optional<Tls> tls) {
    /**
     * The server's own certificate.
     *
     * @param certificate PEM file: the certificate and what is between it and its authority
     * @param privateKey PEM file of a PKCS #8 key, not encrypted
     */
    public record Tls(Path certificate, Path privateKey) {}

    /**
     * Reads {@code gateway.threads}, {@code .max-connections}, {@code .allow-plaintext}, {@code .tls.handshake-timeout},
     * {@code .tls.certificate} and {@code .tls.private-key}, and what {@link DoorConfig} reads.
     */
    public static ListenConfig from(Settings settings) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new ListenConfig(
                settings.integer("gateway.threads", Math.max(2, processors), 1, 256),
                settings.integer("gateway.max-connections", 100_000, 1, 10_000_000),
                DoorConfig.from(settings),
                settings.flag("gateway.allow-plaintext", false),
                settings.duration(
                        "gateway.tls.handshake-timeout",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(5)),
                tls(settings));
    }

    private static Optional<Tls> tls(Settings settings) {
        Optional<Path> certificate = settings.findPath("gateway.tls.certificate");
        Optional<Path> key = settings.findPath("gateway.tls.private-key");
        if (certificate.isPresent() != key.isPresent()) {
            throw Settings.invalid(
                    "gateway.tls.certificate",
                    certificate.map(Path::toString).orElse("(not set)"),
                    "set together with gateway.tls.private-key");
        }
        return certificate.map(file -> new Tls(file, key.orElseThrow()));
    }

    /** An address to listen on; empty where the value is {@code off}. */
    public static Optional<InetSocketAddress> address(Settings settings, String key, String otherwise) {
        return settings.text(key, otherwise).equals("off")
                ? Optional.empty()
                : Optional.of(settings.address(key, otherwise));
    }
}
