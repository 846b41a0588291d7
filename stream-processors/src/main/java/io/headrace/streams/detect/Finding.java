package io.headrace.streams.detect;

import java.util.Locale;

/**
 * What a detector makes of one value.
 *
 * @param memory to hand in with the next value; not to be changed
 * @param score 0 (as ever) to 1 (never anything like it). Within one episode only the onset scores high, or a value that
 *     is far stranger than the onset
 * @param value the value itself, in the device's units
 * @param expected what was expected instead, in the device's units; NaN while nothing is
 * @param cause what is strange, or would be if the score were higher
 */
@SuppressWarnings("ArrayRecordComponent") // memory is opaque bytes; findings are never compared
public record Finding(byte[] memory, double score, double value, double expected, Cause cause) {

    /** In which way a value is strange. */
    public enum Cause {
        LEARNING("too little is known yet"),
        HIGH("higher than anything lately"),
        LOW("lower than anything lately"),
        UNEXPECTED("far from what was expected at this moment"),
        LEVEL("the level has shifted"),
        UNSTEADY("changes more than usual"),
        STUCK("changes less than usual");

        private final String words;

        Cause(String words) {
            this.words = words;
        }
    }

    /** One line for people. */
    public String reason() {
        String said = cause.words + ": " + shown(value);
        return Double.isNaN(expected) ? said : said + ", expected about " + shown(expected);
    }

    private static String shown(double number) {
        return String.format(Locale.ROOT, "%.5g", number);
    }
}
