package io.headrace.gateway.http.request;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the elements of a JSON array by brackets, strings and commas alone. An element that isn't JSON inside is still
 * an element of its own: it becomes a dead letter, and its neighbours don't.
 */
final class JsonArray {
    /** Characters, all ASCII, that mean something outside of strings. */
    private static final boolean[] IS_MARK = new boolean[128];

    static {
        for (char mark : "\"[]{},".toCharArray()) {
            IS_MARK[mark] = true;
        }
    }

    private final byte[] text;
    private final int most;
    private final List<byte[]> elements = new ArrayList<>();
    private int start;

    private JsonArray(byte[] text, int most) {
        this.text = text;
        this.most = most;
    }

    /**
     * The bytes of each element, up to one more than {@code most}; empty where the text is no array, or one that can't be
     * told apart.
     */
    static Optional<List<byte[]>> split(byte[] text, int most) {
        int first = skipBlanks(text, 0);
        return first < text.length && text[first] == '['
                ? new JsonArray(text, most).splitFrom(first)
                : Optional.empty();
    }

    private Optional<List<byte[]>> splitFrom(int first) {
        start = first + 1;
        int depth = 1;
        for (int i = start; i < text.length; i++) {
            byte c = text[i];
            if (c < 0 || !IS_MARK[c]) {
                continue; // part of a number, a name or white space, as most are
            }
            switch (c) {
                case '"' -> i = lastOfString(i + 1);
                case '[', '{' -> depth++;
                case ',' -> {
                    if (depth == 1 && !element(i)) {
                        return Optional.empty();
                    }
                    if (elements.size() > most) {
                        return Optional.of(elements);
                    }
                }
                default -> depth--;
            }
            if (depth == 0) {
                return end(i);
            }
        }
        return Optional.empty();
    }

    /** Where the quotation mark of a string's end is; the text's end where there is none. */
    private int lastOfString(int from) {
        int i = from;
        while (i < text.length && text[i] != '"') {
            i += text[i] == '\\' ? 2 : 1;
        }
        return i;
    }

    private Optional<List<byte[]>> end(int i) {
        boolean isWhole = text[i] == ']' && skipBlanks(text, i + 1) == text.length;
        boolean isEmpty = elements.isEmpty() && skipBlanks(text, start) == i;
        return isWhole && (isEmpty || element(i)) ? Optional.of(elements) : Optional.empty();
    }

    /** Takes the element that ends before a comma or the last bracket; false where there is none. */
    private boolean element(int end) {
        int from = skipBlanks(text, start);
        int to = end;
        while (to > from && isBlank(text[to - 1])) {
            to--;
        }
        start = end + 1;
        return from < to && elements.add(Arrays.copyOfRange(text, from, to));
    }

    private static int skipBlanks(byte[] text, int from) {
        int i = from;
        while (i < text.length && isBlank(text[i])) {
            i++;
        }
        return i;
    }

    /** White space of JSON. */
    static boolean isBlank(byte c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
