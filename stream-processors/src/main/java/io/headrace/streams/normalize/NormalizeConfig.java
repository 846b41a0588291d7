package io.headrace.streams.normalize;

import io.headrace.config.Settings;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.enrich.EnrichConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * What normalize does with payloads, clocks and repeated messages.
 *
 * @param limits bounds on one message
 * @param clockAhead how far ahead of the gateway a device's clock may be
 * @param earliest oldest time that a device can mean
 * @param duplicateWindow for how long a message's identity is remembered, by the gateway's receive time
 * @param enrich what readings get beside what their device sent
 */
public record NormalizeConfig(
        Limits limits, Duration clockAhead, Instant earliest, Duration duplicateWindow, EnrichConfig enrich) {
    public static final NormalizeConfig DEFAULT = new NormalizeConfig(
            Limits.DEFAULT,
            Duration.ofMinutes(5),
            Instant.parse("2000-01-01T00:00:00Z"),
            Duration.ofMinutes(10),
            EnrichConfig.DEFAULT);

    private static final String PREFIX = "processors.normalize.";

    /**
     * Reads {@code processors.normalize.clock-ahead}, {@code .earliest}, {@code .duplicate-window}, {@code .max-…} and
     * all under {@code processors.enrich.}.
     */
    public static NormalizeConfig from(Settings settings) {
        return new NormalizeConfig(
                Limits.from(settings),
                settings.duration(
                        PREFIX + "clock-ahead", DEFAULT.clockAhead, Duration.ofSeconds(1), Duration.ofDays(1)),
                earliest(settings),
                settings.duration(
                        PREFIX + "duplicate-window",
                        DEFAULT.duplicateWindow,
                        Duration.ofSeconds(1),
                        Duration.ofDays(1)),
                EnrichConfig.from(settings));
    }

    private static Instant earliest(Settings settings) {
        String key = PREFIX + "earliest";
        String text = settings.text(key, DEFAULT.earliest.toString());
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw Settings.invalid(key, text, "a time like 2000-01-01T00:00:00Z");
        }
    }
}
