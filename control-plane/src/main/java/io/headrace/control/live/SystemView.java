package io.headrace.control.live;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The whole system at one instant.
 *
 * @param live whether the counts have caught up with what was in Kafka at the start
 * @param messages accepted, and what became of them
 * @param messagesPerSecond accepted in the last second
 * @param rates the same for each of the last seconds, oldest first
 * @param deadLetters by reason, of all dead-letter topics
 * @param anomalies found since the start, and those of before that are still remembered
 * @param streams clients that listen to events
 */
record SystemView(
        Instant at,
        Instant startedAt,
        boolean live,
        Devices devices,
        Messages messages,
        double messagesPerSecond,
        List<Double> rates,
        DeadLetters deadLetters,
        long anomalies,
        int streams) {
    /** Registered devices by status. */
    record Devices(long total, long enabled, long disabled, long quarantined) {}

    /** @param byReason only reasons that there are letters of */
    record DeadLetters(long total, Map<String, Long> byReason) {}
}
