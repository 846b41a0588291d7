package io.headrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PartitionOrderTest {
    private final PartitionOrder order = new PartitionOrder();

    @Test
    void whatWasHandedOverBeforeAFailureIsNotAcknowledgedAndWhatComesLaterIs() {
        long before = order.next();
        order.failed(3);
        long after = order.next();

        assertThat(order.mayAcknowledge(3, before)).isFalse();
        assertThat(order.mayAcknowledge(3, after)).isTrue();
        assertThat(order.mayAcknowledge(2, before)).isTrue();
    }

    /** Kafka's client fails a batch while senders are refused at once: each failure counts, in tables that grow. */
    @Test
    void failuresOnSeveralThreadsTakeNothingBackFromEachOther() throws Exception {
        int threads = 4;
        CountDownLatch begin = new CountDownLatch(1);
        try (ExecutorService senders = Executors.newFixedThreadPool(threads)) {
            Future<?>[] done = new Future<?>[threads];
            for (int t = 0; t < threads; t++) {
                int offset = t;
                done[t] = senders.submit(() -> {
                    begin.await();
                    for (int i = 0; i < 20_000; i++) {
                        int partition = (offset + i * threads) % 4_096;
                        long number = order.next();
                        order.failed(partition);
                        assertThat(order.mayAcknowledge(partition, number)).isFalse();
                    }
                    return null;
                });
            }
            begin.countDown();
            for (Future<?> each : done) {
                each.get();
            }
        }
    }
}
