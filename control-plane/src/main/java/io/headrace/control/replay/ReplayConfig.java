package io.headrace.control.replay;

import io.headrace.config.Settings;

/**
 * How dead letters are replayed where a request doesn't say.
 *
 * @param rate messages per second
 * @param maxReplays a letter that was replayed this often stays where it is: what fails that often fails again
 */
public record ReplayConfig(int rate, int maxReplays) {
    /** The fastest that may be asked for. */
    static final int MAX_RATE = 100_000;
    /** The most often that may be asked for: reconciliation tells so many apart. */
    static final int MAX_REPLAYS = 6;

    /** Reads {@code control-plane.replay.rate} and {@code control-plane.replay.max-replays}. */
    public static ReplayConfig from(Settings settings) {
        return new ReplayConfig(
                settings.integer("control-plane.replay.rate", 500, 1, MAX_RATE),
                settings.integer("control-plane.replay.max-replays", 3, 1, MAX_REPLAYS));
    }
}
