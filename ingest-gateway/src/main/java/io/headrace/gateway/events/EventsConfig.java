package io.headrace.gateway.events;

import io.headrace.config.Settings;

/**
 * Events of connections.
 *
 * @param maxQueued events that wait for Kafka in memory; more are lost, and counted
 * @param refusalsPerMinute events of refused credentials from one source in a minute; more are only counted
 */
public record EventsConfig(int maxQueued, int refusalsPerMinute) {
    /** Reads {@code gateway.events.max-queued} and {@code gateway.events.refusals-per-minute}. */
    public static EventsConfig from(Settings settings) {
        return new EventsConfig(
                settings.integer("gateway.events.max-queued", 20_000, 1, 1_000_000),
                settings.integer("gateway.events.refusals-per-minute", 30, 1, 1_000_000));
    }
}
