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
    private final byte[] text;
    private final int most;
    private final List<byte[]> elements = new ArrayList<>();
    private int depth;
    private boolean isInString;
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
        depth = 1;
        for (int i = first + 1; i < text.length; i++) {
            if (isInString) {
                i = afterInString(i);
            } else if (text[i] == ',' && depth == 1) {
                if (!element(i)) {
                    return Optional.empty();
                }
                if (elements.size() > most) {
                    return Optional.of(elements);
                }
            } else {
                bracket(text[i]);
                if (depth == 0) {
                    return end(i);
                }
            }
        }
        return Optional.empty();
    }

    private int afterInString(int i) {
        if (text[i] == '"') {
            isInString = false;
        }
        return text[i] == '\\' ? i + 1 : i;
    }

    private void bracket(byte c) {
        switch (c) {
            case '"' -> isInString = true;
            case '[', '{' -> depth++;
            case ']', '}' -> depth--;
            default -> {
                // part of a number, a name or white space
            }
        }
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
