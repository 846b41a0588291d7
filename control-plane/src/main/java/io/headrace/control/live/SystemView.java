package io.headrace.control.live;

import io.headrace.control.account.AccountStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The whole system at one instant.
 *
 * @param live whether the counts have caught up with what was in Kafka at the start
 * @param messages accepted, and what became of them
 * @param account whether all of it adds up, up to and including the sinks
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
        AccountStatus account,
        double messagesPerSecond,
        List<Double> rates,
        DeadLetters deadLetters,
        long anomalies,
        int streams) {
    /** Registered devices by status. */
    record Devices(long total, long enabled, long disabled, long quarantined) {}

    /**
     * All that are there.
     *
     * @param byReason only reasons that there are letters of
     * @param topics that there are letters in, without the hub's prefix
     */
    record DeadLetters(long total, Map<String, Long> byReason, List<String> topics) {}
}
