package io.headrace.streams.detect.episode;

import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyFeedback;
import io.headrace.record.AnomalyOther;
import io.headrace.record.AnomalyPoint;
import io.headrace.record.AnomalyState;
import io.headrace.record.Reading;
import io.headrace.record.Suppression;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.detect.detector.Finding;
import io.headrace.streams.detect.detector.Finding.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of an episode, and leaves the newest with its {@link Watch}. Each is a new object: the one before may
 * be on its way.
 *
 * @param detector who finds
 * @param threshold strangeness that is strange, of all metrics
 * @param written a record's bytes
 * @param read the record of such bytes
 */
public record AnomalyRecords(
        String detector, double threshold, Function<Anomaly, byte[]> written, Function<byte[], Anomaly> read) {
    private static final String PARTS = "/";

    /**
     * Where an episode begins.
     *
     * @param metric of the reading's device
     * @param origin of the reading, as its header has it
     * @param threshold from which its finding was strange
     */
    public record Onset(Reading reading, String metric, String origin, double threshold) {}

    /** @param event that the anomaly belongs to */
    public Anomaly opened(Watch watch, Onset onset, Finding finding, String event) {
        Reading reading = onset.reading;
        Episode episode = watch.episode();
        return told(
                watch,
                Anomaly.newBuilder()
                        .setId(reading.getDeviceId() + PARTS + onset.metric + PARTS + onset.origin)
                        .setState(AnomalyState.OPEN)
                        .setEvent(event)
                        .setDeviceId(reading.getDeviceId())
                        .setMetric(onset.metric)
                        .setStart(reading.getObservedAt())
                        .setReceivedAt(reading.getReceivedAt())
                        .setDetector(finding.cause() == Cause.JOINT ? Detectors.JOINT : detector)
                        .setScore(finding.score() > 0 ? finding.score() : finding.strangeness())
                        .setThreshold(onset.threshold)
                        .setValue(finding.value())
                        .setExpected(finite(finding.expected()))
                        .setLow(finite(finding.low()))
                        .setHigh(finite(finding.high()))
                        .setReason(finding.reason())
                        .setOrigin(reading.getOrigin())
                        .setSuppressed(episode.maintenance.isEmpty() ? null : Suppression.MAINTENANCE)
                        .setSuppressedBy(episode.maintenance.isEmpty() ? null : episode.maintenance)
                        .setPeakValue(episode.peakValue)
                        .setPeakAt(Moment.instant(episode.peakAt))
                        .setPeakScore(episode.peakScore)
                        .setSeverity(episode.severity)
                        .setEvidence(watch.recent().list())
                        .setOthers(others(reading, finding))
                        .build());
    }

    private static List<AnomalyOther> others(Reading reading, Finding finding) {
        List<AnomalyOther> others = new ArrayList<>();
        for (String metric : finding.others()) {
            if (reading.getValues().get(metric) instanceof Number number) {
                others.add(new AnomalyOther(metric, number.doubleValue()));
            }
        }
        return others;
    }

    /** @param receivedAt of the message that made it worse */
    public Anomaly worsened(Watch watch, Instant receivedAt) {
        return told(watch, progress(watch, receivedAt).build());
    }

    /** @param receivedAt of the message after which it was over, or else of the last one */
    public Anomaly closed(Watch watch, Instant receivedAt) {
        return told(
                watch,
                progress(watch, receivedAt)
                        .setState(AnomalyState.CLOSED)
                        .setEnd(Moment.instant(watch.episode().end))
                        .build());
    }

    private Anomaly.Builder progress(Watch watch, Instant receivedAt) {
        Episode episode = watch.episode();
        Anomaly before = read.apply(watch.told());
        return Anomaly.newBuilder(before)
                .setRevision(before.getRevision() + 1)
                .setReceivedAt(receivedAt)
                .setPeakValue(episode.peakValue)
                .setPeakAt(Moment.instant(episode.peakAt))
                .setPeakScore(episode.peakScore)
                .setStrangeValues(episode.strangeValues)
                .setSeverity(episode.severity)
                .setEvidence(evidence(before, episode));
    }

    private static List<AnomalyPoint> evidence(Anomaly told, Episode episode) {
        List<AnomalyPoint> points = new ArrayList<>(told.getEvidence().subList(0, episode.before));
        points.addAll(episode.after.list());
        return points;
    }

    /**
     * What somebody said becomes part of the anomaly. Of one in a maintenance nothing is learnt.
     *
     * @param onsets that learn of it: of the detector that found it
     * @return empty where it has been said before
     */
    public Optional<Anomaly> judged(Watch watch, Onsets onsets, AnomalyFeedback feedback) {
        Anomaly asSeen = feedback.getAnomaly();
        Anomaly newest = watch.told().length == 0 ? asSeen : read.apply(watch.told());
        boolean isNewest = watch.told().length > 0 && newest.getId().equals(asSeen.getId());
        Anomaly known = isNewest ? newest : asSeen;
        if (known.getVerdict() == feedback.getVerdict()) {
            return Optional.empty();
        }
        double score = isNewest && watch.isOpen() ? watch.episode().peakScore : highest(known);
        if (known.getSuppressed() == null) {
            onsets.judge(feedback.getVerdict(), score, threshold, lastKnown(known));
        }
        Anomaly judged = Anomaly.newBuilder(known)
                .setRevision(known.getRevision() + 1)
                .setVerdict(feedback.getVerdict())
                .setAcknowledgedBy(feedback.getBy())
                .setAcknowledgedAt(feedback.getAt())
                .setNote(feedback.getNote())
                .build();
        return Optional.of(isNewest ? told(watch, judged) : judged);
    }

    /** Whether the id is that of an anomaly of its device and metric. */
    public static boolean hasId(Anomaly anomaly) {
        return anomaly.getId().startsWith(anomaly.getDeviceId() + PARTS + anomaly.getMetric() + PARTS);
    }

    private static double highest(Anomaly anomaly) {
        Double peak = anomaly.getPeakScore();
        return peak == null ? anomaly.getScore() : peak;
    }

    /** In event time, epoch microseconds: people speak in another. */
    private static long lastKnown(Anomaly anomaly) {
        Instant end = anomaly.getEnd();
        return Moment.micros(end == null ? anomaly.getStart() : end);
    }

    private Anomaly told(Watch watch, Anomaly anomaly) {
        watch.tell(written.apply(anomaly));
        return anomaly;
    }

    private static @Nullable Double finite(double number) {
        return Double.isFinite(number) ? number : null;
    }
}
