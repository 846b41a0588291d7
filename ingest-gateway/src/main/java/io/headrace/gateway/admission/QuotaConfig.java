package io.headrace.gateway.admission;

import io.headrace.config.Settings;
import java.time.Duration;

/**
 * Quotas of devices whose registration says nothing else.
 *
 * @param byDefault what such a device may send
 * @param burst how long a device that was silent may send at once what it could have sent; of every device
 */
public record QuotaConfig(Rates byDefault, Duration burst) {
    private static final String UNLIMITED = "unlimited";

    /** Reads {@code gateway.quota.messages-per-second}, {@code .bytes-per-second} and {@code .burst}. */
    public static QuotaConfig from(Settings settings) {
        return new QuotaConfig(
                new Rates(
                        rate(settings, "gateway.quota.messages-per-second"),
                        rate(settings, "gateway.quota.bytes-per-second")),
                settings.duration(
                        "gateway.quota.burst", Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMinutes(10)));
    }

    private static long rate(Settings settings, String key) {
        return settings.text(key, UNLIMITED).equals(UNLIMITED)
                ? Rates.ANY
                : settings.whole(key, Rates.ANY, 1, 1_000_000_000_000L);
    }
}
