package io.headrace.gateway.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Messages over their device's quota. */
final class QuotaMeters {
    final Counter refusedByMessages;
    final Counter refusedByBytes;
    final Counter delayedByMessages;
    final Counter delayedByBytes;

    QuotaMeters(MeterRegistry meters) {
        refusedByMessages = counter("messages", "refused", meters);
        refusedByBytes = counter("bytes", "refused", meters);
        delayedByMessages = counter("messages", "delayed", meters);
        delayedByBytes = counter("bytes", "delayed", meters);
    }

    private static Counter counter(String limit, String answer, MeterRegistry meters) {
        return Counter.builder("headrace.quota.exceeded")
                .description("messages over their device's quota, refused or taken with reading delayed")
                .tag("limit", limit)
                .tag("answer", answer)
                .register(meters);
    }
}
