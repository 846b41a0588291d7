package io.headrace.gateway.listen;

import io.headrace.config.Settings;
import io.headrace.gateway.admission.AddressFilter;
import java.time.Duration;

/**
 * Who is let in, and how fast. A source is an IPv4 address or an IPv6 /64. Connections beyond what is let in at once
 * wait, and take turns by source.
 *
 * @param filter addresses that may connect
 * @param maxPerSource connections of one source; one more is closed at once
 * @param maxStrangers connections that aren't a device's yet; more wait
 * @param maxStrangersPerSource of them, those of one source; more wait
 * @param strangerTimeout within which a connection must have become a device's, TLS handshake included
 * @param rate plaintext connections let in, a second, on each listener
 * @param tlsRate TLS connections let in, a second, on each listener
 * @param maxWaiting connections that wait on one listener; when there are more, one of the source that has most of
 *     them waiting is closed
 */
public record DoorConfig(
        AddressFilter filter,
        int maxPerSource,
        int maxStrangers,
        int maxStrangersPerSource,
        Duration strangerTimeout,
        int rate,
        int tlsRate,
        int maxWaiting) {

    /**
     * Reads {@code gateway.allow}, {@code .deny}, {@code .max-connections-per-source}, {@code .max-unauthenticated},
     * {@code .max-unauthenticated-per-source}, {@code .authentication-timeout}, {@code .connection-rate},
     * {@code .tls.handshake-rate} and {@code .max-waiting-connections}.
     */
    static DoorConfig from(Settings settings) {
        return new DoorConfig(
                AddressFilter.from(settings),
                settings.integer("gateway.max-connections-per-source", 10_000_000, 1, 10_000_000),
                settings.integer("gateway.max-unauthenticated", 2_000, 1, 1_000_000),
                settings.integer("gateway.max-unauthenticated-per-source", 500, 1, 1_000_000),
                settings.duration(
                        "gateway.authentication-timeout",
                        Duration.ofSeconds(20),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(10)),
                settings.integer("gateway.connection-rate", 2_000, 1, 1_000_000),
                settings.integer("gateway.tls.handshake-rate", 1_000, 1, 1_000_000),
                settings.integer("gateway.max-waiting-connections", 16_384, 1, 1_000_000));
    }
}
