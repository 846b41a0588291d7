package io.headrace.streams.detect.detector;

import java.nio.ByteBuffer;

/**
 * Distances of one kind, each judged by two things that are remembered of the ones before: their usual size, and the
 * highest of them so far. Only a distance clearly beyond that record is strange, so that a metric which often jumps may
 * jump, and one which never does may not.
 *
 * <p>The record fades. It is raised when an excursion beyond it ends or is called strange, not with each step of it:
 * else a slow climb would drag it along and never be noticed.
 */
final class Departures {
    /** Bytes that {@link #save} writes. */
    static final int BYTES = 4 * Double.BYTES + Integer.BYTES;

    /** Values after which a record has faded to a third. */
    static final int FADE = 10_000;

    /** Multiple of the usual size below which nothing is strange, record or not: some three standard deviations. */
    private static final double LEAST = 4;

    /** Multiple of the usual size that a distance counts at most when the usual size is learnt. */
    static final double CLIP = 6;

    /** Distances that are believed as they are, to begin with. */
    private static final int UNCLIPPED = 20;

    /** Distances that make the first record. */
    private static final int FIRST_RECORD = 50;

    /** Relative precision of a measurement; stands in for the usual size where a metric was constant. */
    static final double PRECISION = 1e-12;

    /** No excess is higher: a score must stay a number. */
    static final double HIGHEST = 1e15;

    private final int settled;
    private final double times;
    private int count;
    private double usual;
    private double record;
    /** Highest of the excursion under way that isn't strange yet; 0 where there is none. */
    private double peak;
    /** The record before the strange excursion under way; 0 where there is none. */
    private double before;

    private final Before habitual = new Before();
    private double strangest;
    private double limit = Double.NaN;

    /**
     * Of nothing yet.
     *
     * @param settled distances after which their usual size is known well enough to judge by it
     * @param times how many times as clearly a record must be broken to be as strange: of what is looked at from another side,
     *     too
     */
    Departures(int settled, double times) {
        this.settled = settled;
        this.times = times;
    }

    /** @param settled distances after which their usual size is known well enough to judge by it */
    static Departures load(ByteBuffer in, int settled) {
        Departures departures = new Departures(settled, 1);
        departures.load(in);
        return departures;
    }

    void load(ByteBuffer in) {
        count = in.getInt();
        usual = in.getDouble();
        record = in.getDouble();
        peak = in.getDouble();
        before = in.getDouble();
        strangest = 0;
        limit = Double.NaN;
    }

    void save(ByteBuffer out) {
        out.putInt(count).putDouble(usual).putDouble(record).putDouble(peak).putDouble(before);
    }

    /** What stands apart from the rest in the memory, for it came later. */
    Before habitual() {
        return habitual;
    }

    /** By what part the last distance that was judged exceeded the record that is habitual. */
    double strangest() {
        return strangest;
    }

    /** Distances learnt so far. */
    int count() {
        return count;
    }

    /** Usual size of the distances. */
    double usual() {
        return usual;
    }

    /** Distance, in the metric's unit, up to which the last one would not have been strange; NaN while there is none. */
    double limit() {
        return limit;
    }

    /**
     * Judges a distance, then learns it.
     *
     * @param distance at least 0, in the metric's unit
     * @param magnitude of the values that the distance lies between, at least 0
     * @param bar excess that is strange
     * @return by what part of the record the distance exceeds it; 0 where it doesn't, or too little is known
     */
    double excess(double distance, double magnitude, double bar) {
        double excess = 0;
        strangest = 0;
        if (count >= settled) {
            double unit = Math.max(usual, PRECISION * magnitude);
            double height = distance == 0 ? 0 : Math.min(distance / unit, HIGHEST);
            if (count >= settled + FIRST_RECORD) {
                strangest = habitual.excess(height, 0, Math.max(record, LEAST), bar * times) / times;
                limit = habitual.high() * unit;
            }
            excess = judge(height, bar * times) / times;
        }
        learn(distance);
        return excess;
    }

    /** Learns a distance that nobody should judge. */
    void learn(double distance) {
        boolean clipped = count >= UNCLIPPED && usual > 0;
        if (count < Integer.MAX_VALUE) {
            count++;
        }
        double size = clipped ? Math.min(distance, CLIP * usual) : distance;
        usual += (size - usual) / Math.min(count, Habits.LONG);
    }

    private double judge(double height, double bar) {
        double excess = count < settled + FIRST_RECORD ? 0 : height / Math.max(record, LEAST) - 1;
        record -= record / FADE;
        before -= before / FADE;
        if (count < settled + FIRST_RECORD) {
            record = Math.max(record, height);
        } else if (height > Math.max(record, LEAST)) {
            climb(height, excess >= bar);
        } else {
            record = Math.max(record, Math.max(peak, height));
            peak = 0;
            before = height < Math.max(before, LEAST) ? 0 : before;
        }
        return Math.max(0, excess);
    }

    private void climb(double height, boolean strange) {
        if (before > 0) {
            record = height;
            return;
        }
        peak = Math.max(peak, height);
        if (strange) {
            before = Math.max(record, LEAST);
            record = peak;
            peak = 0;
        }
    }
}
