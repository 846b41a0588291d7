package io.headrace.streams.detect.episode;

import io.headrace.record.Severity;
import io.headrace.streams.detect.detector.Finding;
import io.headrace.streams.detect.detector.Finding.Cause;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An episode that is open. It goes on as long as values are strange, and is over when none was for a while: for 50 values
 * and a minute of event time, or for 500 values where time doesn't go on. How far a value is off is measured against the band
 * of the onset: the detector's own moves with what it learns.
 *
 * <p>Detectors look at more than the last value, so that a metric is strange for some values more after it has come back.
 * Where the onset was outside the band, such values keep the episode open, and are no part of it.
 */
final class Episode {
    /** Values after the onset that are evidence. */
    static final int AFTER = 7;

    private static final int CALM_VALUES = 50;
    private static final int CALM_VALUES_OF_NO_TIME = 500;
    private static final long CALM_MICROS = 60_000_000;

    private static final int BYTES = Short.BYTES + Band.BYTES + 6 * Long.BYTES + 2 * Double.BYTES + 1;

    /** Id of the one that it is in; empty for none. */
    final String maintenance;
    /** How many points of the evidence had come by the onset. */
    final int before;

    final Points after;
    /** Whether it began because the metric didn't fit the others: then what is expected of it moves with them. */
    final boolean isJoint;

    private final long start;
    private final Band band;
    private long latest;
    private long calm;

    /** When the last strange value was measured. */
    long end;

    double peakValue;
    /** The peak as the band has it. */
    private double peakSeen;

    long peakAt;
    double peakScore;
    long strangeValues;
    Severity severity = Severity.INFO;

    private Episode(String maintenance, int before, Points after, boolean isJoint, long start, Band band) {
        this.maintenance = maintenance;
        this.before = before;
        this.after = after;
        this.isJoint = isJoint;
        this.start = start;
        this.band = band;
    }

    /** @param before points of the evidence so far, that of the onset included */
    static Episode begun(Finding onset, Moment moment, int before) {
        Episode episode = new Episode(
                moment.maintenance(),
                before,
                new Points(AFTER),
                onset.cause() == Cause.JOINT,
                moment.at(),
                Band.of(onset));
        episode.latest = moment.at();
        episode.end = moment.at();
        episode.peakValue = onset.value();
        episode.peakSeen = onset.value();
        episode.peakAt = moment.at();
        episode.peakScore = onset.strangeness();
        episode.strangeValues = 1;
        episode.severity = episode.gravity();
        return episode;
    }

    /**
     * The next value.
     *
     * @param threshold strangeness from which it goes on
     */
    Change plus(Finding finding, Moment moment, double threshold) {
        if (!after.isFull()) {
            after.add(moment.at(), finding.value());
        }
        latest = Math.max(latest, moment.at());
        if (finding.strangeness() < threshold) {
            calm++;
            boolean isOver = calm >= CALM_VALUES && latest - end >= CALM_MICROS;
            return isOver || calm >= CALM_VALUES_OF_NO_TIME ? Change.CLOSED : Change.NONE;
        }
        calm = 0;
        // a late value from before the onset keeps it open, too, and is no part of it
        double seen = seen(finding);
        if (moment.at() >= start && band.isOff(seen)) {
            grow(finding, seen, moment.at());
        }
        Severity now = gravity();
        boolean isWorse = now.compareTo(severity) > 0;
        severity = isWorse ? now : severity;
        return isWorse ? Change.WORSENED : Change.NONE;
    }

    /** A value as it would be if the other metrics were as they were at the onset. */
    private double seen(Finding finding) {
        boolean moves = isJoint && Double.isFinite(finding.expected());
        return moves ? band.middle() + (finding.value() - finding.expected()) : finding.value();
    }

    private void grow(Finding finding, double seen, long at) {
        strangeValues++;
        end = Math.max(end, at);
        peakScore = Math.max(peakScore, finding.strangeness());
        if (band.distance(seen) > band.distance(peakSeen)) {
            peakValue = finding.value();
            peakSeen = seen;
            peakAt = at;
        }
    }

    private Severity gravity() {
        return Gravity.of(band.widthsBeyond(peakSeen), strangeValues);
    }

    int bytes() {
        return BYTES
                + (isJoint ? Double.BYTES : 0)
                + maintenance.getBytes(StandardCharsets.UTF_8).length
                + after.bytes();
    }

    void save(ByteBuffer out) {
        byte[] id = maintenance.getBytes(StandardCharsets.UTF_8);
        out.putShort((short) id.length).put(id).put((byte) before);
        after.save(out);
        out.putLong(start);
        band.save(out);
        out.putLong(latest).putLong(calm).putLong(end).putDouble(peakValue).putLong(peakAt);
        out.putDouble(peakScore).putLong(strangeValues);
        if (isJoint) {
            out.putDouble(peakSeen);
        }
    }

    static Episode load(ByteBuffer in, boolean isJoint) {
        byte[] id = new byte[in.getShort()];
        in.get(id);
        Episode episode = new Episode(
                new String(id, StandardCharsets.UTF_8),
                in.get(),
                Points.load(in, AFTER),
                isJoint,
                in.getLong(),
                Band.load(in));
        episode.latest = in.getLong();
        episode.calm = in.getLong();
        episode.end = in.getLong();
        episode.peakValue = in.getDouble();
        episode.peakAt = in.getLong();
        episode.peakScore = in.getDouble();
        episode.strangeValues = in.getLong();
        episode.peakSeen = isJoint ? in.getDouble() : episode.peakValue;
        episode.severity = episode.gravity();
        return episode;
    }
}
