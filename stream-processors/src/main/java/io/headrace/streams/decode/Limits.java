package io.headrace.streams.decode;

import io.headrace.config.Settings;

/**
 * Bounds on what one message may hold; beyond them it is dead-lettered. They bound the memory and time that one message
 * can cost, and keep what it is decoded to below the largest record that a topic takes.
 *
 * @param inflatedBytes of the payload after decompression
 * @param depth of objects and arrays in one another
 * @param values in one reading
 * @param readings in one message
 * @param textLength of one text value, in UTF-16 units
 * @param nameLength of one metric's name with all that it is nested in, and of its unit, in UTF-16 units
 */
public record Limits(int inflatedBytes, int depth, int values, int readings, int textLength, int nameLength) {
    /** What a payload of 256 KiB can reasonably hold. */
    public static final Limits DEFAULT = new Limits(1 << 20, 16, 1_000, 1_000, 4_096, 256);

    private static final String PREFIX = "processors.normalize.max-";

    /** Reads the keys {@code processors.normalize.max-…}. */
    public static Limits from(Settings settings) {
        return new Limits(
                (int) settings.bytes(PREFIX + "inflated", DEFAULT.inflatedBytes, 1 << 10, 2 << 20),
                settings.integer(PREFIX + "depth", DEFAULT.depth, 1, 200),
                settings.integer(PREFIX + "values", DEFAULT.values, 1, 10_000),
                settings.integer(PREFIX + "readings", DEFAULT.readings, 1, 10_000),
                settings.integer(PREFIX + "text-length", DEFAULT.textLength, 1, 65_536),
                settings.integer(PREFIX + "name-length", DEFAULT.nameLength, 1, 1_024));
    }
}
