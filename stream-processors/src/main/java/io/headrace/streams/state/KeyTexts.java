package io.headrace.streams.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts of keys, the same object each time for a key of late: a record is looked up in a dozen maps by its device, which
 * then find it by identity, without a look at its characters. At most 4 MiB. Safe for use by several threads.
 */
public final class KeyTexts {
    private static final int BITS = 15;
    private static final int KEYS = 1 << BITS;
    /** 2^32 by the golden ratio: keys that differ in the last digit are to be far apart. */
    private static final int SPREAD = 0x9E3779B9;
    /** Places for each key, side by side: with two, of ten thousand devices every eighth would push others out. */
    private static final int PLACES = 4;

    private final @Nullable String[] recent = new String[KEYS];
    /** Of the texts, so that no other than the right one is looked at. May be another's, where threads meet. */
    private final int[] hashes = new int[KEYS];

    /** Each byte as one character (ISO 8859-1). */
    public String of(byte[] bytes) {
        int hash = Arrays.hashCode(bytes);
        int first = ((hash * SPREAD) >>> (Integer.SIZE - BITS)) & -PLACES;
        for (int i = first; i < first + PLACES; i++) {
            String known = recent[i];
            if (hashes[i] == hash && known != null && isOf(known, bytes)) {
                return known;
            }
        }
        String fresh = new String(bytes, StandardCharsets.ISO_8859_1);
        for (int i = first + PLACES - 1; i > first; i--) {
            recent[i] = recent[i - 1];
            hashes[i] = hashes[i - 1];
        }
        recent[first] = fresh;
        hashes[first] = hash;
        return fresh;
    }

    private static boolean isOf(String text, byte[] bytes) {
        if (text.length() != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (text.charAt(i) != (bytes[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }
}
