package io.headrace.control.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Anomaly;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An anomaly as the API shows it.
 *
 * @param start event time of its onset
 * @param expected null where the detector expected nothing in particular
 * @param origin {@code <partition>:<offset>} of the message
 */
record AnomalyView(
        String device,
        String metric,
        Instant start,
        Instant receivedAt,
        String detector,
        double score,
        double value,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double expected,
        String reason,
        String origin) {
    static AnomalyView of(Anomaly anomaly) {
        return new AnomalyView(
                anomaly.getDeviceId(),
                anomaly.getMetric(),
                anomaly.getStart(),
                anomaly.getReceivedAt(),
                anomaly.getDetector(),
                anomaly.getScore(),
                anomaly.getValue(),
                anomaly.getExpected(),
                anomaly.getReason(),
                OriginHeader.ofMessage(anomaly.getOrigin()));
    }
}
