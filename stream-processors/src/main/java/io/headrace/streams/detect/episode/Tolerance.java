package io.headrace.streams.detect.episode;

import java.nio.ByteBuffer;

/**
 * How much stranger than others a metric must be to be called strange, by what people said of its anomalies. It is
 * counted in doublings of the odds that the threshold stands for: with a threshold of 0.5, whose odds are 1, a tolerance of
 * 1 makes 2/3, 2 makes 4/5.
 *
 * <ul>
 *   <li>A false alarm adds 1, or as much as it takes for one of the same score to stay silent, if that is more.
 *   <li>A real one takes 1 away.
 *   <li>In 14 days of event time half of it goes by itself: what was usual in spring may be news in autumn.
 *   <li>It is never more than 3: what has eight times the odds of the threshold is told, whatever people said.
 * </ul>
 */
final class Tolerance {
    /** Bytes that {@link #save} writes. */
    static final int BYTES = Double.BYTES + Long.BYTES;

    static final double MOST = 3;

    private static final double HALF_LIFE_MICROS = 14 * 86_400e6;

    /** By how much it is beyond what the last false alarm had. */
    private static final double MARGIN = 0.25;

    /** Below this it is none: no power of two is worked out for each value of every metric. */
    private static final double LEAST = 0.01;

    private double level;
    /** Event time when it was that much, epoch microseconds. */
    private long since;

    void save(ByteBuffer out) {
        out.putDouble(level).putLong(since);
    }

    static Tolerance load(ByteBuffer in) {
        Tolerance tolerance = new Tolerance();
        tolerance.level = in.getDouble();
        tolerance.since = in.getLong();
        return tolerance;
    }

    /**
     * @param base threshold of all metrics, between 0 and 1
     * @param at event time, epoch microseconds
     */
    double threshold(double base, long at) {
        if (level == 0) {
            return base;
        }
        double raised = odds(base) * Math.pow(2, level(at));
        return raised / (1 + raised);
    }

    /** @param score the highest of what was no anomaly */
    void falseAlarm(double score, double base, long at) {
        double enough = Math.log(odds(score) / odds(base)) / Math.log(2) + MARGIN;
        set(Math.max(level(at) + 1, enough), at);
    }

    void real(long at) {
        set(level(at) - 1, at);
    }

    private void set(double wanted, long at) {
        level = Math.clamp(wanted, 0, MOST);
        since = Math.max(since, at);
    }

    private double level(long at) {
        double left = level * Math.pow(2, -Math.max(0, at - since) / HALF_LIFE_MICROS);
        return left < LEAST ? 0 : left;
    }

    private static double odds(double score) {
        return score / (1 - score);
    }
}
