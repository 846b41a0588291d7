package io.headrace.bench;

import io.headrace.bench.load.Acknowledged;
import io.headrace.bench.load.Payloads;
import io.headrace.bench.system.Broker;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;

/**
 * What became of acknowledged messages.
 *
 * @param lost acknowledged and not stored
 * @param reordered stored behind a later one of their device, and not there before
 * @param duplicates stored more than once
 */
record Stored(long lost, long reordered, long duplicates) {
    /** Reads what a topic got since, and compares it with what was acknowledged. */
    static Stored check(Broker broker, String topic, Map<TopicPartition, Long> since, Acknowledged acknowledged) {
        BitSet[] stored = new BitSet[acknowledged.devices()];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = new BitSet();
        }
        AtomicLong reordered = new AtomicLong();
        AtomicLong duplicates = new AtomicLong();
        broker.read(topic, since, record -> {
            BitSet seen = stored[Payloads.device(record.value())];
            int number = (int) Payloads.number(record.value());
            if (seen.get(number)) {
                duplicates.incrementAndGet();
            } else if (number < seen.length()) {
                reordered.incrementAndGet();
            }
            seen.set(number);
        });
        long lost = 0;
        for (int i = 0; i < stored.length; i++) {
            BitSet missing = (BitSet) acknowledged.of(i).clone();
            missing.andNot(stored[i]);
            lost += missing.cardinality();
        }
        return new Stored(lost, reordered.get(), duplicates.get());
    }
}
