package io.headrace.wear;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is remembered of one device for models of one shape: the sums of the step in hand, and of each metric four running
 * averages, from quick to slow, in the metric's own unit and as they would be under middling operation. Not thread-safe.
 *
 * <p>An average weighs what is {@code n} steps old by {@code exp(-n / speed)}, whether or not there was anything in
 * between; a step without a metric leaves its averages as they are, only older.
 */
public final class WearState {
    /** In steps, of which a life has some two hundred: a sixtieth, a twentieth, a fifth and most of a life. */
    static final int[] SPEEDS = {3, 10, 40, 150};

    private static final long NONE = Long.MIN_VALUE;

    private final double[] sums;
    private final int[] counts;
    /** Of each metric at each speed: sum of weighted means, and weight. Behind all metrics the weight of any step. */
    private final double[] weighted;

    private final double[] weights;
    private long step = NONE;
    private long closedStep = NONE;
    private int closed;

    public WearState(Shape shape) {
        sums = new double[shape.columns()];
        counts = new int[shape.columns()];
        weighted = new double[shape.metrics().size() * SPEEDS.length];
        weights = new double[weighted.length + SPEEDS.length];
    }

    /** Bytes that {@link #save} writes. */
    public int bytes() {
        return 2 * Long.BYTES
                + Integer.BYTES
                + (sums.length + weighted.length + weights.length) * Double.BYTES
                + counts.length * Integer.BYTES;
    }

    public void save(ByteBuffer out) {
        out.putLong(step).putLong(closedStep).putInt(closed);
        put(out, sums);
        for (int count : counts) {
            out.putInt(count);
        }
        put(out, weighted);
        put(out, weights);
    }

    private static void put(ByteBuffer out, double[] values) {
        for (double value : values) {
            out.putDouble(value);
        }
    }

    /** @param in as {@link #save} wrote it for the same shape */
    public static WearState load(Shape shape, ByteBuffer in) {
        WearState state = new WearState(shape);
        state.step = in.getLong();
        state.closedStep = in.getLong();
        state.closed = in.getInt();
        get(in, state.sums);
        for (int i = 0; i < state.counts.length; i++) {
            state.counts[i] = in.getInt();
        }
        get(in, state.weighted);
        get(in, state.weights);
        return state;
    }

    private static void get(ByteBuffer in, double[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getDouble();
        }
    }

    /** Whether a value of this step comes too late to count. */
    boolean isPast(long other) {
        return other < step;
    }

    /** Whether a value of this step ends the one in hand. */
    boolean ends(long other) {
        return step != closedStep && other > step;
    }

    void open(long other) {
        step = other;
    }

    void add(int column, double value) {
        sums[column] += value;
        counts[column]++;
    }

    /** Mean of the step in hand; NaN where nothing came. */
    double mean(int column) {
        return counts[column] == 0 ? Double.NaN : sums[column] / counts[column];
    }

    /**
     * Takes the step in hand into the averages.
     *
     * @param means of the metrics, under middling operation; NaN where there is none
     */
    void close(double[] means) {
        int metrics = weighted.length / SPEEDS.length;
        double age = closedStep == NONE ? 0 : step - closedStep;
        for (int speed = 0; speed < SPEEDS.length; speed++) {
            double left = Math.exp(-age / SPEEDS[speed]);
            double part = -Math.expm1(-1.0 / SPEEDS[speed]);
            for (int metric = 0; metric < metrics; metric++) {
                int at = metric * SPEEDS.length + speed;
                boolean isThere = !Double.isNaN(means[metric]);
                weighted[at] = weighted[at] * left + (isThere ? part * means[metric] : 0);
                weights[at] = weights[at] * left + (isThere ? part : 0);
            }
            int any = weighted.length + speed;
            weights[any] = weights[any] * left + part;
        }
        closedStep = step;
        closed++;
        Arrays.fill(sums, 0);
        Arrays.fill(counts, 0);
    }

    /** Steps that the averages are made of. */
    public int closed() {
        return closed;
    }

    /** Number of the last step that the averages are made of. */
    public long closedStep() {
        return closedStep;
    }

    /** NaN where the metric was never there. */
    double average(int metric, int speed) {
        int at = metric * SPEEDS.length + speed;
        return weights[at] > 0 ? weighted[at] / weights[at] : Double.NaN;
    }

    /** How much of an average at this speed is there: 0 at the beginning, towards 1. */
    double maturity(int speed) {
        return weights[weighted.length + speed];
    }
}
