package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;

/**
 * Collects what is to be said of a value from the sides that it is looked at from, and tells the onset of an episode from
 * its repeats. Excess is the part by which a record is broken.
 */
final class Verdict {
    /** Bytes that {@link #save} writes. */
    static final int BYTES = 2 * Integer.BYTES;

    /** Part by which a record must be broken for a score of a half. */
    private static final double MARGIN = 0.075;

    /** Young records are broken often: after this many values they must be broken twice as clearly as old ones. */
    private static final double YOUNG = 500;

    /** Values without anything strange that end an episode. */
    private static final int EPISODE = 50;

    /** Larger values count as this: their differences must stay finite. */
    private static final double LARGEST = 1e300;

    private final double strange;
    private int count;
    private int quiet;

    private double young = 1;
    private double excess;
    private double strangest = -1;
    private double expected = Double.NaN;
    private double low = Double.NaN;
    private double high = Double.NaN;
    private Cause cause = Cause.LEARNING;

    /**
     * Of no value yet.
     *
     * @param threshold score from which a value begins an episode, between 0 and 1
     */
    Verdict(double threshold) {
        this.strange = MARGIN * threshold / (1 - threshold);
    }

    /** @param threshold score from which a value begins an episode, between 0 and 1 */
    static Verdict load(double threshold, ByteBuffer in) {
        Verdict verdict = new Verdict(threshold);
        verdict.load(in);
        return verdict;
    }

    void load(ByteBuffer in) {
        count = in.getInt();
        quiet = in.getInt();
    }

    void save(ByteBuffer out) {
        out.putInt(count).putInt(quiet);
    }

    static double bounded(double value) {
        return Math.clamp(value, -LARGEST, LARGEST);
    }

    /** Values judged so far. */
    int count() {
        return count;
    }

    /**
     * Begins with the next value.
     *
     * @return excess that is strange
     */
    double begin() {
        young = 1 + YOUNG / (count + 1);
        excess = 0;
        strangest = -1;
        expected = Double.NaN;
        low = Double.NaN;
        high = Double.NaN;
        cause = Cause.LEARNING;
        return strange * young;
    }

    /**
     * What a departure amounts to.
     *
     * @param excess as {@link Departures#excess} returned it
     * @param from what was expected; NaN where nothing is to be said
     */
    void departed(double excess, Cause cause, Departures departures, double from) {
        double limit = Math.min(departures.limit(), Double.MAX_VALUE);
        found(excess, cause, departures.strangest(), from, from - limit, from + limit);
    }

    /**
     * @param excess over what is usual now
     * @param strangest excess over what was usual before the episode
     * @param expected NaN where nothing is to be said
     */
    void found(double excess, Cause cause, double strangest, double expected, double low, double high) {
        this.excess = Math.max(this.excess, excess);
        if (strangest > this.strangest && !Double.isNaN(expected)) {
            this.strangest = strangest;
            this.cause = cause;
            this.expected = expected;
            this.low = Math.max(low, -Double.MAX_VALUE);
            this.high = Math.min(high, Double.MAX_VALUE);
        }
    }

    /** Ends with the value; counts it. */
    Finding of(double value) {
        count = Math.min(count + 1, Integer.MAX_VALUE - 1);
        double broken = excess / young;
        boolean isStrange = broken >= strange;
        quiet = Math.max(0, quiet - 1);
        boolean isRepeat = isStrange && quiet > 0;
        quiet = isStrange ? EPISODE : quiet;
        double strangeness = Math.max(score(broken), score(Math.max(0, strangest / young)));
        return new Finding(isRepeat ? 0 : score(broken), strangeness, value, expected, low, high, cause);
    }

    private static double score(double excess) {
        return excess / (excess + MARGIN);
    }
}
