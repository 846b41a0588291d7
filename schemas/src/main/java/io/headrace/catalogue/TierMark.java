package io.headrace.catalogue;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * How long a tier is to keep a reading, as the value of its mark: {@code 60m} for a hot one, {@code 7d} for a warm one,
 * {@code 3y} for a cold one, and {@value #ALWAYS} for as long as the tier keeps any.
 */
public final class TierMark {
    public static final String ALWAYS = "1";

    private TierMark() {}

    /**
     * Text of a mark.
     *
     * @param keep 0 for as long as the tier keeps any
     * @param unit {@code m}, {@code d} or {@code y}
     */
    public static String text(int keep, char unit) {
        return keep == 0 ? ALWAYS : Integer.toString(keep) + unit;
    }

    /** Number before the unit; 0 for as long as the tier keeps any, and where the mark is missing or says nothing. */
    public static int keep(Headers headers, String mark, char unit) {
        Header header = headers.lastHeader(mark);
        return header == null || header.value() == null ? 0 : keep(header.value(), unit);
    }

    /** As {@link #keep(Headers, String, char)}, of a mark's text. */
    public static int keep(String mark, char unit) {
        return keep(mark.getBytes(StandardCharsets.UTF_8), unit);
    }

    private static int keep(byte[] text, char unit) {
        int last = text.length - 1;
        if (last < 1 || last > 9 || text[last] != unit) {
            return 0;
        }
        int number = 0;
        for (int i = 0; i < last; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
