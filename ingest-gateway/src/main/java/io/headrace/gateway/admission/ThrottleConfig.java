package io.headrace.gateway.admission;

import io.headrace.config.Settings;

/**
 * How many wrong credentials are looked at.
 *
 * @param perDevice a minute, of one device from one source
 * @param perSource a minute, of all devices from one source
 */
public record ThrottleConfig(int perDevice, int perSource) {
    /** Reads {@code gateway.throttle.failures-per-device} and {@code gateway.throttle.failures-per-source}. */
    public static ThrottleConfig from(Settings settings) {
        return new ThrottleConfig(
                settings.integer("gateway.throttle.failures-per-device", 10, 1, 1_000_000),
                settings.integer("gateway.throttle.failures-per-source", 100, 1, 1_000_000));
    }
}
