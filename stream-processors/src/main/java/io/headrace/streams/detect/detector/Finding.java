package io.headrace.streams.detect.detector;

import java.util.List;
import java.util.Locale;

/**
 * What a detector makes of one value.
 *
 * @param score 0 (as ever) to 1 (never anything like it). Of an episode only the onset has a score; repeats have 0
 * @param strangeness 0 to 1 as the score and never below it, but not held back after the onset: it stays up as long as
 *     the metric is off what was habitual before the episode, and falls as that itself becomes a habit. From the threshold on
 *     the value is strange
 * @param value the value itself, in the device's units
 * @param expected what was expected instead, in the device's units; NaN while nothing is
 * @param low lower end of the band around what was expected in which nothing would have been strange, in the device's units; NaN
 *     while there is none
 * @param high upper end of it
 * @param cause what is strange, or would be if the strangeness were higher
 * @param subject metric that it is about where several were looked at together; else empty
 * @param others metrics that led one to expect something else of it, the one that tells most first; empty where it was
 *     looked at by itself
 */
public record Finding(
        double score,
        double strangeness,
        double value,
        double expected,
        double low,
        double high,
        Cause cause,
        String subject,
        List<String> others) {

    /** In which way a value is strange. */
    public enum Cause {
        LEARNING("too little is known yet"),
        HIGH("higher than anything lately"),
        LOW("lower than anything lately"),
        JUMP("far from the values just before it"),
        OUTLIER("further from its level than anything lately"),
        STAYS("far from its long mean, and not only once"),
        CROWD("far from its long mean more often than ever lately"),
        LEVEL("the level has shifted"),
        HOUR("far from what is usual at this hour"),
        PHASE("far from what is usual at this point of its cycle"),
        JOINT("doesn't fit");

        private final String words;

        Cause(String words) {
            this.words = words;
        }
    }

    public Finding(
            double score, double strangeness, double value, double expected, double low, double high, Cause cause) {
        this(score, strangeness, value, expected, low, high, cause, "", List.of());
    }

    Finding about(String metric, List<String> others) {
        return new Finding(score, strangeness, value, expected, low, high, cause, metric, others);
    }

    /**
     * A metric's own finding, seen as part of an episode in which it doesn't fit the others: with what they expect, no onset
     * of its own, and strange where either is.
     */
    public Finding within(Finding joint) {
        return new Finding(
                0, Math.max(strangeness, joint.strangeness), value, joint.expected, joint.low, joint.high, Cause.JOINT);
    }

    /** Of a value about which nothing can be said. */
    public static Finding nothing(double value) {
        return new Finding(0, 0, value, Double.NaN, Double.NaN, Double.NaN, Cause.LEARNING);
    }

    /** One line for people. */
    public String reason() {
        String said = cause.words + (others.isEmpty() ? "" : " " + String.join(", ", others)) + ": " + shown(value);
        return Double.isNaN(expected) ? said : said + ", expected about " + shown(expected);
    }

    private static String shown(double number) {
        return String.format(Locale.ROOT, "%.5g", number);
    }
}
