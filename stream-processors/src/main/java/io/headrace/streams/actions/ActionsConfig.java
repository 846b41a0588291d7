package io.headrace.streams.actions;

import io.headrace.config.Settings;
import java.time.Duration;

/**
 * How old a change of an alert may be that is acted upon. What made readings wait, an outage say, has made their alerts
 * wait, too.
 *
 * @param commandMaxAge for commands: a machine isn't started by what was so an hour ago
 * @param notificationMaxAge for what people are told, who would rather know late than never
 */
public record ActionsConfig(Duration commandMaxAge, Duration notificationMaxAge) {
    /** Reads {@code processors.actions.command-max-age} and {@code processors.actions.notification-max-age}. */
    public static ActionsConfig from(Settings settings) {
        return new ActionsConfig(
                settings.duration(
                        "processors.actions.command-max-age",
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(1),
                        Duration.ofDays(1)),
                settings.duration(
                        "processors.actions.notification-max-age",
                        Duration.ofHours(1),
                        Duration.ofSeconds(1),
                        Duration.ofDays(7)));
    }
}
