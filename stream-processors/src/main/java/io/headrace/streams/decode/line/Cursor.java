package io.headrace.streams.decode.line;

/** A place in the text of a payload, and the number of its line. */
final class Cursor {
    /** What stands behind the end of the text, where all others are characters. */
    static final int END = -1;

    private final CharSequence text;
    private int at;
    private int line = 1;

    Cursor(CharSequence text) {
        this.text = text;
    }

    /** From the first, 1. */
    int line() {
        return line;
    }

    int peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    int peekSecond() {
        return at + 1 < text.length() ? text.charAt(at + 1) : END;
    }

    /** Moves on by one character, of which there must be one, and returns it. */
    char next() {
        char c = text.charAt(at++);
        line += c == '\n' ? 1 : 0;
        return c;
    }

    /** Whether the line ends here. */
    boolean isAtLineEnd() {
        int c = peek();
        return c == END || c == '\n' || (c == '\r' && (peekSecond() == '\n' || peekSecond() == END));
    }

    /** Over spaces, which may stand around the parts of a line. */
    void skipSpaces() {
        while (peek() == ' ' || peek() == '\t') {
            next();
        }
    }

    /** Moves to where the next line that says something begins; false where there is none. */
    boolean toNextLine() {
        while (true) {
            skipSpaces();
            if (peek() == END) {
                return false;
            }
            if (peek() == '#') {
                while (!isAtLineEnd()) {
                    next();
                }
            }
            if (!isAtLineEnd()) {
                return true;
            }
            if (peek() != END) {
                next();
            }
        }
    }
}
