package io.headrace.streams.window.measure;

import org.jspecify.annotations.Nullable;

/**
 * Which message brought a value.
 *
 * @param receivedAt when the gateway received it, epoch microseconds, never negative
 * @param partition of its origin; unused where there is a text
 * @param offset of its origin
 * @param index of its origin, {@link #NONE} for a message that held one reading
 * @param text its origin where that isn't made of such numbers
 */
public record Provenance(
        long receivedAt,
        int partition,
        long offset,
        int index,
        @Nullable String text) {
    static final int NONE = -1;

    /** @param origin its {@code hr-origin} header */
    public static Provenance of(long receivedAt, String origin) {
        int length = origin.length();
        int colon = origin.indexOf(':');
        int hash = origin.indexOf('#');
        int end = hash < 0 ? length : hash;
        long partition = colon < 0 ? NONE : number(origin, 0, colon);
        long offset = number(origin, colon + 1, end);
        long index = hash < 0 ? NONE : number(origin, hash + 1, length);
        boolean isOfNumbers = 0 <= partition
                && partition <= Integer.MAX_VALUE
                && offset >= 0
                && (hash < 0 || (index >= 0 && index <= Integer.MAX_VALUE));
        return isOfNumbers
                ? new Provenance(receivedAt, (int) partition, offset, (int) index, null)
                : new Provenance(receivedAt, 0, 0, NONE, origin);
    }

    /** What reads as it would be written again: no sign, no leading zero, at most 18 digits. Else {@link #NONE}. */
    private static long number(String text, int from, int to) {
        if (to <= from || to - from > 18 || (to - from > 1 && text.charAt(from) == '0')) {
            return NONE;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** The {@code hr-origin} header. */
    public String origin() {
        if (text != null) {
            return text;
        }
        String message = partition + ":" + offset;
        return index == NONE ? message : message + "#" + index;
    }
}
