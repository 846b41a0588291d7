package io.headrace.control.anomalies;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyOther;
import io.headrace.record.AnomalyPoint;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An anomaly as the API shows it.
 *
 * @param state {@code open} or {@code closed}
 * @param event shared by those of one device that began within minutes
 * @param start event time of its onset
 * @param end event time of the last strange value; null while it is open
 * @param expected null where the detector expected nothing in particular
 * @param low lower end of what would not have been strange; null where there is none
 * @param threshold score from which the metric was strange then; null where nobody knows any more
 * @param suppressed {@code maintenance}, or null where it counts
 * @param verdict that it is real, or a false alarm; null where nobody has said anything
 * @param others metrics of the same message that it didn't fit, the one that tells most first; empty where it was looked at
 *     by itself
 * @param origin {@code <partition>:<offset>} of the message
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AnomalyView(
        String id,
        String device,
        String metric,
        String state,
        String severity,
        String event,
        Instant start,
        @Nullable Instant end,
        Instant receivedAt,
        String detector,
        double score,
        @Nullable Double threshold,
        double value,
        @Nullable Double expected,
        @Nullable Double low,
        @Nullable Double high,
        @Nullable Double peakValue,
        @Nullable Instant peakAt,
        @Nullable Double peakScore,
        long strangeValues,
        String reason,
        @Nullable String suppressed,
        @Nullable String suppressedBy,
        @Nullable String verdict,
        @Nullable Instant acknowledgedAt,
        @Nullable String acknowledgedBy,
        @Nullable String note,
        List<Point> evidence,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Other> others,
        String origin) {
    record Point(Instant observedAt, double value) {
        static Point of(AnomalyPoint point) {
            return new Point(point.getObservedAt(), point.getValue());
        }
    }

    record Other(String metric, double value) {
        static Other of(AnomalyOther other) {
            return new Other(other.getMetric(), other.getValue());
        }
    }

    public static AnomalyView of(Anomaly anomaly) {
        return new AnomalyView(
                anomaly.getId(),
                anomaly.getDeviceId(),
                anomaly.getMetric(),
                word(anomaly.getState()),
                word(anomaly.getSeverity()),
                anomaly.getEvent(),
                anomaly.getStart(),
                anomaly.getEnd(),
                anomaly.getReceivedAt(),
                anomaly.getDetector(),
                anomaly.getScore(),
                anomaly.getThreshold(),
                anomaly.getValue(),
                anomaly.getExpected(),
                anomaly.getLow(),
                anomaly.getHigh(),
                anomaly.getPeakValue(),
                anomaly.getPeakAt(),
                anomaly.getPeakScore(),
                anomaly.getStrangeValues(),
                anomaly.getReason(),
                anomaly.getSuppressed() == null ? null : word(anomaly.getSuppressed()),
                anomaly.getSuppressedBy(),
                anomaly.getVerdict() == null ? null : word(anomaly.getVerdict()),
                anomaly.getAcknowledgedAt(),
                anomaly.getAcknowledgedBy(),
                anomaly.getNote(),
                anomaly.getEvidence().stream().map(Point::of).toList(),
                anomaly.getOthers().stream().map(Other::of).toList(),
                OriginHeader.ofMessage(anomaly.getOrigin()));
    }

    /** A symbol as the API has it. */
    static String word(Enum<?> symbol) {
        return symbol.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
