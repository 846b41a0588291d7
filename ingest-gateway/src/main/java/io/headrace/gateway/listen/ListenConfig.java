package io.headrace.gateway.listen;

import io.headrace.config.ConfigException;
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
 * @param tls how TLS is spoken; empty where there are no TLS listeners
 */
public record ListenConfig(
        int threads, int maxConnections, DoorConfig door, boolean allowPlaintext, Optional<Tls> tls) {
    /**
     * TLS of the gateway's listeners.
     *
     * @param files the server's certificate
     * @param second another one, of another kind of key, for clients that can't verify the first
     * @param handshakeTimeout within which a handshake must be done
     * @param isNative whether BoringSSL is used where it can be loaded
     * @param reloadInterval how often the files are looked at
     */
    public record Tls(
            KeyFiles files,
            Optional<KeyFiles> second,
            Duration handshakeTimeout,
            boolean isNative,
            Duration reloadInterval) {
        /** PEM file: the certificate and what is between it and its authority. */
        public Path certificate() {
            return files.certificate();
        }

        /** PEM file of a PKCS #8 key, not encrypted. */
        public Path privateKey() {
            return files.privateKey();
        }
    }

    /**
     * A certificate and its key.
     *
     * @param prefix of their configuration keys: {@code gateway.tls.}
     * @param certificate PEM file: the certificate and what is between it and its authority
     * @param privateKey PEM file of a PKCS #8 key, not encrypted
     */
    public record KeyFiles(String prefix, Path certificate, Path privateKey) {
        static Optional<KeyFiles> from(Settings settings, String prefix) {
            Optional<Path> certificate = settings.findPath(prefix + "certificate");
            Optional<Path> key = settings.findPath(prefix + "private-key");
            if (certificate.isPresent() != key.isPresent()) {
                throw Settings.invalid(
                        prefix + "certificate",
                        certificate.map(Path::toString).orElse("(not set)"),
                        "set together with " + prefix + "private-key");
            }
            return certificate.map(file -> new KeyFiles(prefix, file, key.orElseThrow()));
        }

        String certificateKey() {
            return prefix + "certificate";
        }

        String keyKey() {
            return prefix + "private-key";
        }
    }

    /**
     * Reads {@code gateway.threads}, {@code .max-connections} and {@code .allow-plaintext}, what
     * {@link DoorConfig} reads, and {@code gateway.tls.certificate}, {@code .private-key}, {@code .second.certificate},
     * {@code .second.private-key}, {@code .handshake-timeout}, {@code .native} and {@code .reload-interval}.
     */
    public static ListenConfig from(Settings settings) {
        // One processor is the producer's thread's, and whatever else there is: a loop too many waits for it, and for
        // locks.
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        return new ListenConfig(
                settings.integer("gateway.threads", loops, 1, 256),
                settings.integer("gateway.max-connections", 100_000, 1, 10_000_000),
                DoorConfig.from(settings),
                settings.flag("gateway.allow-plaintext", false),
                tls(settings));
    }

    private static Optional<Tls> tls(Settings settings) {
        Optional<KeyFiles> second = KeyFiles.from(settings, "gateway.tls.second.");
        Duration handshakeTimeout = settings.duration(
                "gateway.tls.handshake-timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(5));
        boolean isNative = settings.flag("gateway.tls.native", true);
        Duration reloadInterval = settings.duration(
                "gateway.tls.reload-interval", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofDays(1));
        return KeyFiles.from(settings, "gateway.tls.")
                .map(files -> new Tls(files, second, handshakeTimeout, isNative, reloadInterval));
    }

    /**
     * Address of a plaintext listener, with its host looked up.
     *
     * @throws ConfigException where it isn't loopback and plaintext isn't allowed beyond, or can't be found
     */
    public InetSocketAddress plaintext(String key, InetSocketAddress address) {
        InetSocketAddress resolved = resolved(key, address);
        if (!allowPlaintext && !resolved.getAddress().isLoopbackAddress()) {
            throw new ConfigException(key + " = " + shown(address)
                    + " must be a loopback address, since it has no TLS; gateway.allow-plaintext = true allows it");
        }
        return resolved;
    }

    /** @throws ConfigException where the host can't be found */
    public static InetSocketAddress resolved(String key, InetSocketAddress address) {
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        if (resolved.isUnresolved()) {
            throw new ConfigException(key + " = " + shown(address) + " must name a host that can be found");
        }
        return resolved;
    }

    /** {@code <host>:<port>}, as configured. */
    public static String shown(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    /** An address to listen on; empty where the value is {@code off}. */
    public static Optional<InetSocketAddress> address(Settings settings, String key, String otherwise) {
        return settings.text(key, otherwise).equals("off")
                ? Optional.empty()
                : Optional.of(settings.address(key, otherwise));
    }
}
