package io.headrace.control.live;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Reason;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Dead letters by reason. Reasons are those of the enum, whatever a record claims. Safe for use by several threads. */
final class DeadLetterCounts {
    private static final String OTHER = "UNKNOWN";

    private final Map<String, Long> byReason = new TreeMap<>();

    synchronized void plus(ConsumerRecord<String, byte[]> row) {
        String reason = Headers.findReason(row.headers()).map(Reason::name).orElse(OTHER);
        byReason.merge(reason, 1L, Long::sum);
    }

    synchronized Map<String, Long> byReason() {
        return new TreeMap<>(byReason);
    }
}
