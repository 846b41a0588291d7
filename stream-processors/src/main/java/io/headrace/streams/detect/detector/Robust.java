package io.headrace.streams.detect.detector;

import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;

/**
 * Level and spread, neither of which an outlier moves far: finds what is further from the level than anything lately, in
 * usual distances. The level follows a shift within some hundred values.
 */
final class Robust implements Memory {
    private static final Layout LAYOUT =
            new Layout((byte) 16, Verdict.BYTES + Double.BYTES + Departures.BYTES + Before.BYTES);

    /** Values over which the level is taken. */
    private static final int LEVEL = 400;

    /** Usual distances by which one value moves the level at most, as if it were that far away: Huber's bound. */
    private static final double BOUND = 2;

    private static final int SETTLED = 40;

    private final Verdict verdict;
    private final Departures departures;
    private double level;

    private Robust(double threshold, ByteBuffer in) {
        verdict = Verdict.load(threshold, in);
        level = in.getDouble();
        departures = Departures.load(in, SETTLED);
        departures.habitual().load(in);
    }

    static Detector detector(double threshold) {
        return new Fold("robust", LAYOUT, in -> new Robust(threshold, in));
    }

    @Override
    public byte[] stored() {
        return LAYOUT.write(this::save);
    }

    private void save(ByteBuffer out) {
        verdict.save(out);
        out.putDouble(level);
        departures.save(out);
        departures.habitual().save(out);
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
            level = bounded;
        } else {
            double excess = departures.excess(Math.abs(bounded - level), Math.abs(level), bar);
            verdict.departed(excess, Cause.OUTLIER, departures, level);
        }
        double most = count < SETTLED ? Double.MAX_VALUE : BOUND * departures.usual();
        level += Math.clamp(bounded - level, -most, most) / Math.min(count + 1, LEVEL);
        return verdict.of(value);
    }
}
