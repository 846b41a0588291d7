package io.headrace.streams.detect;

import java.util.Locale;

/**
 * What a detector makes of one value.
 *
 * @param memory to hand in with the next value; not to be changed. Empty where the memory changed in place
 * @param score 0 (as ever) to 1 (never anything like it). Of an episode only the onset has a score; repeats have 0
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
        JUMP("far from the values just before it"),
        LEVEL("the level has shifted"),
        HOUR("far from what is usual at this hour");

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
