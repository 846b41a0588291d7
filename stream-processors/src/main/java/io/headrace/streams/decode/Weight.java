package io.headrace.streams.decode;

import io.headrace.catalogue.Reason;
import java.util.List;
import java.util.Map;

/**
 * Holds what a message is decoded to below what a topic takes: names that are nested in a long one, and units that a pack
 * gives once for all of its records, make much of few bytes. A reading that is too large is to be found out here, for the
 * producer would find it only when the message is said to be stored.
 */
final class Weight {
    /** Of one reading, as UTF-8: leaves a quarter of the largest record to tags, headers and framing. */
    private static final long READING = 3L << 20;
    /** Of all readings of a message. */
    private static final long MESSAGE = 16L << 20;

    private static final int PER_VALUE = 16;
    private static final int UTF8_PER_CHAR = 3;

    private Weight() {}

    static void check(List<Sample> samples) throws Rejection {
        long message = 0;
        for (Sample sample : samples) {
            long reading = atMost(sample);
            if (reading > READING) {
                reading = exactly(sample);
            }
            message += reading;
            if (reading > READING || message > MESSAGE) {
                throw new Rejection(
                        Reason.READING_TOO_LARGE,
                        "decoded, more than " + (reading > READING ? READING : MESSAGE) + " bytes");
            }
        }
    }

    /** Without a look at the characters. */
    private static long atMost(Sample sample) {
        long sum = 0;
        for (Map.Entry<String, Object> value : sample.values().entrySet()) {
            int text = value.getValue() instanceof String string ? string.length() : 0;
            sum += PER_VALUE + UTF8_PER_CHAR * (long) (value.getKey().length() + text);
        }
        for (Map.Entry<String, String> unit : sample.units().entrySet()) {
            sum += PER_VALUE
                    + UTF8_PER_CHAR
                            * (long) (unit.getKey().length() + unit.getValue().length());
        }
        for (Map.Entry<String, String> tag : sample.tags().entrySet()) {
            sum += PER_VALUE
                    + UTF8_PER_CHAR
                            * (long) (tag.getKey().length() + tag.getValue().length());
        }
        return sum;
    }

    private static long exactly(Sample sample) {
        long sum = 0;
        for (Map.Entry<String, Object> value : sample.values().entrySet()) {
            long text = value.getValue() instanceof String string ? utf8(string) : 0;
            sum += PER_VALUE + utf8(value.getKey()) + text;
        }
        for (Map.Entry<String, String> unit : sample.units().entrySet()) {
            sum += PER_VALUE + utf8(unit.getKey()) + utf8(unit.getValue());
        }
        for (Map.Entry<String, String> tag : sample.tags().entrySet()) {
            sum += PER_VALUE + utf8(tag.getKey()) + utf8(tag.getValue());
        }
        return sum;
    }

    private static long utf8(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            // two halves of a pair make four bytes
            bytes += unit < 0x80 ? 0 : unit < 0x800 || Character.isSurrogate(unit) ? 1 : 2;
        }
        return bytes;
    }
}
