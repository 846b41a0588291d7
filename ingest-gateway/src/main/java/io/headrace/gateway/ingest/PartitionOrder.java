package io.headrace.gateway.ingest;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps acknowledgements of a device in order when a message fails: whatever was handed to Kafka for the same partition
 * before the failure was seen, and isn't answered yet, fails too, even where Kafka has stored it. Were it acknowledged,
 * the device would resend only the failed one, which then stood behind its successors. So the device resends all of
 * them, in order; those stored twice are known duplicates.
 *
 * <p>By partition and not by device: failures are rare, a partition fails as a whole, and this costs one number for
 * each message where a map of devices would cost an entry.
 */
final class PartitionOrder {
    private final CounterApart handedOver = new CounterApart();
    private final AtomicReference<AtomicLongArray> failedUpTo = new AtomicReference<>(new AtomicLongArray(16));

    /** A number for a message about to be handed to Kafka, higher than all before. */
    long next() {
        return handedOver.add(1);
    }

    /**
     * Marks everything handed over until now as not to be acknowledged. On the thread of Kafka's client, or on that of a
     * sender whose message the client refused at once; locked, so that neither takes back what the other marked.
     */
    synchronized void failed(int partition) {
        grown(partition).set(partition, handedOver.get());
    }

    /** Whether a message that Kafka has stored may be acknowledged. */
    boolean mayAcknowledge(int partition, long number) {
        AtomicLongArray limits = failedUpTo.get();
        return partition >= limits.length() || number > limits.get(partition);
    }

    private AtomicLongArray grown(int partition) {
        AtomicLongArray limits = failedUpTo.get();
        if (partition < limits.length()) {
            return limits;
        }
        AtomicLongArray larger = new AtomicLongArray(Math.max(partition + 1, 2 * limits.length()));
        for (int i = 0; i < limits.length(); i++) {
            larger.set(i, limits.get(i));
        }
        failedUpTo.set(larger);
        return larger;
    }
}
