package io.headrace.streams.decode;

/** What becomes of text that a device chose. */
public final class Text {
    private static final int SHOWN = 40;

    private Text() {}

    /**
     * The text with each half of a surrogate pair that stands alone replaced by U+FFFD. Such a half has no UTF-8, so
     * two names that differ before they are written could be one when they are read.
     */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    /** At most 40 characters of printable ASCII, for a line that people and terminals read. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c > '~' ? '?' : c);
        }
        return text.length() > SHOWN ? shown.append("...").toString() : shown.toString();
    }

    private static String replaced(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(result::appendCodePoint);
        return result.toString();
    }
}
