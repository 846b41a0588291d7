package io.headrace.streams.window.tally;

/**
 * How far apart values of a metric are expected to be.
 *
 * @param micros always this far; unused where it is learned, or where nothing is expected
 */
public record Expectation(Kind kind, long micros) {
    public static final Expectation LEARNED = new Expectation(Kind.LEARNED, 0);
    public static final Expectation NONE = new Expectation(Kind.NONE, 0);

    public enum Kind {
        /** By what the windows before had. */
        LEARNED,
        FIXED,
        NONE
    }

    public static Expectation fixed(long micros) {
        return new Expectation(Kind.FIXED, micros);
    }
}
