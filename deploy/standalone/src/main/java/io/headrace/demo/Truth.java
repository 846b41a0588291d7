package io.headrace.demo;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of a series that is known to be abnormal.
 *
 * @param device whose series
 * @param from event time of the first abnormal reading
 * @param to event time of the last one
 * @param label what happened, in words; an injected fault says that it is
 */
record Truth(String device, Instant from, Instant to, String label) {
    private static final Duration NEAR = Duration.ofMinutes(2);

    /** Whether an anomaly that began then belongs to this stretch: in it, or within two minutes around it. */
    boolean covers(String whose, Instant start) {
        return device.equals(whose) && !start.isBefore(from.minus(NEAR)) && !start.isAfter(to.plus(NEAR));
    }
}
