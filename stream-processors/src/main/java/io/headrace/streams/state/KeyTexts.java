package io.headrace.streams.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts of keys, the same object each time for a key of late: a record is looked up in a dozen maps by its device, which
 * then find it by identity, without a look at its characters. At most 4 MiB. Safe for use by several threads.
 */
public final class KeyTexts {
    private static final int KEYS = 1 << 15;

    /** Two places for each key, side by side: the one after the other. */
    private final @Nullable Known[] recent = new Known[KEYS];

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Known(byte[] bytes, String text) {}

    /**
     * Each byte as one character (ISO 8859-1).
     *
     * @param bytes not to be changed any more
     */
    public String of(byte[] bytes) {
        int hash = Arrays.hashCode(bytes);
        int first = (hash ^ hash >>> 15) & KEYS - 1;
        Known known = recent[first];
        if (known != null && Arrays.equals(known.bytes, bytes)) {
            return known.text;
        }
        Known second = recent[first ^ 1];
        if (second != null && Arrays.equals(second.bytes, bytes)) {
            return second.text;
        }
        Known fresh = new Known(bytes, new String(bytes, StandardCharsets.ISO_8859_1));
        recent[first ^ 1] = known;
        recent[first] = fresh;
        return fresh.text;
    }
}
