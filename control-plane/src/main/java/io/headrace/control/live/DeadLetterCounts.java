package io.headrace.control.live;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Reason;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Dead letters by reason, and the topics that they are in. Reasons are those of the enum, whatever a record claims. Safe for use by several threads. */
final class DeadLetterCounts {
    private static final String OTHER = "UNKNOWN";

    private final String prefix;
    private final Map<String, Long> byReason = new TreeMap<>();
    private final SortedSet<String> topics = new TreeSet<>();

    /** @param prefix of the hub, which no name here has */
    DeadLetterCounts(String prefix) {
        this.prefix = prefix;
    }

    synchronized void plus(ConsumerRecord<String, byte[]> row) {
        String reason = Headers.findReason(row.headers()).map(Reason::name).orElse(OTHER);
        byReason.merge(reason, 1L, Long::sum);
        topics.add(row.topic().substring(prefix.length()));
    }

    synchronized Map<String, Long> byReason() {
        return new TreeMap<>(byReason);
    }

    synchronized List<String> topics() {
        return List.copyOf(topics);
    }
}
