package io.headrace.gateway.command;

import io.headrace.config.Settings;

/**
 * Commands to devices.
 *
 * @param memory bytes of the commands that wait, of all devices together; what doesn't fit is rejected
 * @param maxPerDevice commands of one device that may wait; more are rejected
 * @param maxPayload largest payload of a command, bytes; a larger one is rejected
 * @param remembered how many commands that are over are known as such
 */
public record CommandConfig(long memory, int maxPerDevice, int maxPayload, int remembered) {
    /** Reads {@code gateway.max-payload} and everything under {@code gateway.command.}. */
    public static CommandConfig from(Settings settings) {
        int maxPayload = Math.toIntExact(settings.bytes("gateway.max-payload", 256 << 10, 1 << 10, 2 << 20));
        return new CommandConfig(
                settings.bytes("gateway.command.memory", fittingMemory(maxPayload), 2L * maxPayload, 4L << 30),
                settings.integer("gateway.command.max-per-device", 100, 1, 10_000),
                maxPayload,
                settings.integer("gateway.command.remembered", 100_000, 1_000, 10_000_000));
    }

    /** 64 MiB, or less in a small heap. */
    private static long fittingMemory(int maxPayload) {
        return Math.max(2L * maxPayload, Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 16));
    }
}
