package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;

/**
 * Page's cumulative sums, one for each direction: small departures from the mean that go the same way add up, those that
 * don't cancel out. Strange is a sum that clearly breaks the record of the sums so far, rather than one beyond a fixed limit:
 * values of one metric hang together, and how much so differs from metric to metric.
 */
final class ChangePoint implements Memory {
    private static final Layout LAYOUT =
            new Layout((byte) 17, Verdict.BYTES + 5 * Double.BYTES + Departures.BYTES + Before.BYTES);

    /** Values over which mean and spread are taken. */
    private static final int SPAN = 1000;

    /** Mean deviations that are no change: half of the smallest shift worth finding. */
    private static final double SLACK = 0.5;

    /** Mean deviations that a value counts at most. */
    private static final double MOST = 4;

    private static final int SETTLED = 40;

    /** Values that make up the mean that a change begins anew from. */
    private static final int RECENT = 20;

    private final Verdict verdict;
    private final Departures sums;
    private double mean;
    private double recentMean;
    private double deviation;
    private double up;
    private double down;

    private ChangePoint(double threshold, ByteBuffer in) {
        verdict = Verdict.load(threshold, in);
        mean = in.getDouble();
        recentMean = in.getDouble();
        deviation = in.getDouble();
        up = in.getDouble();
        down = in.getDouble();
        sums = Departures.load(in, SETTLED);
        sums.habitual().load(in);
    }

    static Detector detector(double threshold) {
        return new Fold("change-point", LAYOUT, in -> new ChangePoint(threshold, in));
    }

    @Override
    public byte[] stored() {
        return LAYOUT.write(this::save);
    }

    private void save(ByteBuffer out) {
        verdict.save(out);
        out.putDouble(mean)
                .putDouble(recentMean)
                .putDouble(deviation)
                .putDouble(up)
                .putDouble(down);
        sums.save(out);
        sums.habitual().save(out);
    }

    @Override
    public Finding observe(long time, double value) {
        if (!Double.isFinite(value)) {
            return Finding.nothing(value);
        }
        double bar = verdict.begin();
        double bounded = Verdict.bounded(value);
        int count = verdict.count();
        if (count == 0) {
            mean = bounded;
            recentMean = bounded;
        } else if (count >= SETTLED) {
            judge(bounded, bar);
        }
        learn(bounded, count);
        return verdict.of(value);
    }

    private void judge(double value, double bar) {
        double unit = Math.max(deviation, Departures.PRECISION * Math.max(Math.abs(mean), Math.abs(value)));
        double deviations = unit == 0 ? 0 : Math.clamp((value - mean) / unit, -MOST, MOST);
        double upBefore = up;
        double downBefore = down;
        up = Math.max(0, up + deviations - SLACK);
        down = Math.max(0, down - deviations - SLACK);
        double excess = sums.excess(Math.max(up, down), 0, bar);
        double low = mean - unit * (sums.limit() - downBefore + SLACK);
        double high = mean + unit * (sums.limit() - upBefore + SLACK);
        verdict.found(excess, Cause.LEVEL, sums.strangest(), mean, Math.min(mean, low), Math.max(mean, high));
        if (excess >= bar) {
            mean = recentMean;
            up = 0;
            down = 0;
        }
    }

    private void learn(double value, int count) {
        recentMean += (value - recentMean) / Math.min(count + 1, RECENT);
        double most = count < SETTLED ? Double.MAX_VALUE : MOST * deviation;
        double distance = Math.abs(value - mean);
        deviation += (Math.min(distance, most > 0 ? most : distance) - deviation) / Math.min(count + 1, SPAN);
        mean += (value - mean) / Math.min(count + 1, SPAN);
    }
}
