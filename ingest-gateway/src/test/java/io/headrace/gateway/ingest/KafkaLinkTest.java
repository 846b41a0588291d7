package io.headrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KafkaLinkTest {
    private final List<Producer<String, byte[]>> producers = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Runnable> meanwhile = new AtomicReference<>();

    /** Knows its topic, and lets the test do something while it is asked for it. */
    private Producer<String, byte[]> producer() {
        Producer<String, byte[]> producer =
                new MockProducer<>(
                        Cluster.empty(),
                        true,
                        new RoundRobinPartitioner(),
                        new StringSerializer(),
                        new ByteArraySerializer()) {
                    @Override
                    public List<PartitionInfo> partitionsFor(String topic) {
                        Runnable what = meanwhile.getAndSet(null);
                        if (what != null) {
                            what.run();
                        }
                        return List.of();
                    }
                };
        producers.add(producer);
        return producer;
    }

    @Test
    void aProducerThatBreaksWhileItIsFoundToKnowItsTopicIsReplacedToo() {
        InFlightBudget budget = new InFlightBudget(1_000);
        try (KafkaLink link = new KafkaLink(this::producer, "telemetry.raw", budget)) {
            // Given
            assertThat(link.isUp()).isTrue();
            meanwhile.set(() -> link.broken(producers.getFirst(), "meanwhile"));

            // When
            link.lost("the topic");

            // Then
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> link.producer().equals(producers.getLast()) && producers.size() == 2 && link.isUp());
            assertThat(budget.hasRoom()).isTrue();
        }
    }

    @Test
    void aProducerThatPlansByAClockThatWasSetBackIsReplaced() {
        AtomicLong ahead = new AtomicLong(7_200_000);
        InFlightBudget budget = new InFlightBudget(1_000);
        try (KafkaLink link = new KafkaLink(this::producer, "telemetry.raw", budget, ahead::get)) {
            // Given
            Producer<String, byte[]> first = link.producer();

            // When
            ahead.set(3_600_000);

            // Then
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !link.producer().equals(first) && link.isUp());
            assertThat(((MockProducer<String, byte[]>) first).closed()).isTrue();
            assertThat(producers).hasSize(2);
        }
    }
}
