package io.headrace.streams.detect.episode;

import io.headrace.record.AnomalyVerdict;
import io.headrace.streams.detect.detector.Finding;
import java.nio.ByteBuffer;

/** Which findings of a detector begin an episode: by what people said of earlier ones, and by how the last one ended. */
public final class Onsets {
    /** Bytes that {@link #save} writes. */
    public static final int BYTES = Tolerance.BYTES + 1;

    private final Tolerance tolerance;
    /** Whether the last episode ended for another reason than calm, and none has come since. */
    private boolean cut;

    Onsets(Tolerance tolerance, boolean cut) {
        this.tolerance = tolerance;
        this.cut = cut;
    }

    /** Of what was never seen. */
    public static Onsets fresh() {
        return new Onsets(new Tolerance(), false);
    }

    public static Onsets load(ByteBuffer in) {
        return new Onsets(Tolerance.load(in), in.get() == 1);
    }

    public void save(ByteBuffer out) {
        tolerance.save(out);
        out.put((byte) (cut ? 1 : 0));
    }

    Tolerance tolerance() {
        return tolerance;
    }

    boolean isCut() {
        return cut;
    }

    /**
     * Each finding while no episode is open.
     *
     * @param base strangeness that is strange, of all metrics
     */
    public boolean begins(Finding finding, Moment moment, double base) {
        boolean isOwn = moment.maintenance().isEmpty() && !cut;
        cut &= finding.strangeness() >= base;
        // a detector has a score for what begins an episode by its own count, which goes on where ours was cut short
        return (isOwn ? finding.score() : finding.strangeness()) >= threshold(base, moment);
    }

    /** The open episode has ended for another reason than calm: it may go on. */
    public void cutShort() {
        cut = true;
    }

    /** Strangeness that is strange now. */
    public double threshold(double base, Moment moment) {
        return tolerance.threshold(base, moment.at());
    }

    /**
     * Learns of what somebody said of an anomaly.
     *
     * @param score its highest
     * @param at event time by which it is known, epoch microseconds
     */
    public void judge(AnomalyVerdict verdict, double score, double base, long at) {
        switch (verdict) {
            case FALSE_ALARM -> tolerance.falseAlarm(score, base, at);
            case ACKNOWLEDGED -> tolerance.real(at);
        }
    }
}
