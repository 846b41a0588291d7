package io.headrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.ingest.Message.Fact;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link KafkaIngest} on a producer that answers when the test says so; on a real broker in {@code KafkaIngestIT}. */
class KafkaIngestTest extends IngestContract {
    private static final String TOPIC = "telemetry.raw";
    private static final IngestConfig CONFIG =
            new IngestConfig(MAX_PAYLOAD, 100_000, Duration.ofSeconds(5), Duration.ZERO, 1 << 14, "none", Map.of());

    private final List<MockProducer<String, byte[]>> producers = new ArrayList<>();
    private SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private boolean answersAtOnce = true;
    private KafkaIngest ingest;

    @BeforeEach
    void start() {
        ingest = new KafkaIngest(this::producer, TOPIC, CONFIG, "gateway-1", meters);
    }

    @AfterEach
    void stop() {
        ingest.close();
    }

    private Producer<String, byte[]> producer() {
        Node node = new Node(1, "127.0.0.1", 9092);
        List<PartitionInfo> partitions =
                List.of(new PartitionInfo(TOPIC, 0, node, new Node[] {node}, new Node[] {node}));
        Cluster cluster = new Cluster("c", List.of(node), partitions, Set.of(), Set.of());
        MockProducer<String, byte[]> producer = new MockProducer<>(
                cluster, answersAtOnce, new RoundRobinPartitioner(), new StringSerializer(), new ByteArraySerializer());
        producers.add(producer);
        return producer;
    }

    /** A new ingest whose producer waits for the test to answer. */
    private MockProducer<String, byte[]> hold() {
        ingest.close();
        answersAtOnce = false;
        meters = new SimpleMeterRegistry();
        start();
        return producers.getLast();
    }

    @Override
    Ingest ingest() {
        return ingest;
    }

    @Override
    List<Seen> stored() {
        List<ProducerRecord<String, byte[]>> history = producers.getLast().history();
        return IntStream.range(0, history.size())
                .mapToObj(i -> seen(i, history.get(i)))
                .toList();
    }

    private static Seen seen(int offset, ProducerRecord<String, byte[]> record) {
        List<Fact> facts = new ArrayList<>();
        record.headers()
                .forEach(header ->
                        facts.add(new Fact(header.key(), new String(header.value(), StandardCharsets.UTF_8))));
        return new Seen(
                new Receipt(0, offset),
                record.key(),
                new String(record.value(), StandardCharsets.UTF_8),
                record.timestamp(),
                facts);
    }

    @Override
    void fill() {
        hold();
        while (ingest.hasRoom()) {
            ingest.accept(message("d", "x".repeat(1000)));
        }
    }

    @Override
    void answer() {
        while (producers.getLast().completeNext()) {
            // answers the oldest each time
        }
    }

    @Test
    void aFailureAlsoFailsWhatWasHandedOverBeforeItWasSeenAndNothingLater() throws Exception {
        // Given
        MockProducer<String, byte[]> producer = hold();
        CompletionStage<Receipt> first = ingest.accept(message("d", "1"));
        CompletionStage<Receipt> second = ingest.accept(message("d", "2"));
        CompletionStage<Receipt> third = ingest.accept(message("d", "3"));

        // When
        producer.completeNext();
        producer.errorNext(new TimeoutException("expired"));
        producer.completeNext();
        CompletionStage<Receipt> secondAgain = ingest.accept(message("d", "2"));
        producer.completeNext();

        // Then
        assertThat(receipt(first)).isEqualTo(new Receipt(0, 0));
        assertNotStored(second, Cause.UNAVAILABLE);
        assertNotStored(third, Cause.UNAVAILABLE);
        receipt(secondAgain);
        assertThat(meters.get("headrace.ingest.accepted").functionCounter().count())
                .isEqualTo(2);
        assertThat(meters.get("headrace.ingest.refused")
                        .tag("reason", "UNAVAILABLE")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void messagesReadBeforeTheSocketsStoppedAreTakenUpToAQuarterOverTheBudget() {
        // Given
        fill();

        // When
        List<CompletionStage<Receipt>> stages = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            stages.add(ingest.accept(message("d", "x".repeat(1000))));
        }

        // Then
        assertThat(stages.getFirst().toCompletableFuture()).isNotDone();
        assertNotStored(stages.getLast(), Cause.NO_ROOM);
        assertThat(meters.get("headrace.ingest.in.flight.bytes").gauge().value())
                .isBetween(100_000.0, 125_000.0);
    }

    @Test
    void roomComesBackOnlyAtHalfTheBudgetSoThatSocketsDoNotFlap() {
        // Given
        fill();

        // When
        producers.getLast().completeNext();

        // Then
        assertThat(ingest.hasRoom()).isFalse();
    }

    @Test
    void aProducerBeyondUseIsReplacedAndWhatItHeldIsNotAcknowledged() throws Exception {
        // Given
        MockProducer<String, byte[]> producer = hold();
        CompletionStage<Receipt> message = ingest.accept(message("d", "1"));
        answersAtOnce = true;

        // When
        producer.errorNext(new ClusterAuthorizationException("no"));

        // Then
        assertNotStored(message, Cause.UNAVAILABLE);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(ingest::hasRoom);
        assertThat(producers.getLast()).isNotSameAs(producer);
        assertThat(producer.closed()).isTrue();
        receipt(ingest.accept(message("d", "1")));
    }

    @Test
    void withoutTheTopicNothingIsReadUntilItIsThere() throws Exception {
        // Given
        MockProducer<String, byte[]> producer = hold();
        producer.sendException = new IllegalStateException("lost");
        answersAtOnce = true;

        // When
        CompletionStage<Receipt> refused = ingest.accept(message("d", "1"));

        // Then
        assertNotStored(refused, Cause.UNAVAILABLE);
        assertNotStored(ingest.accept(message("d", "1")), Cause.UNAVAILABLE);
        assertThat(ingest.hasRoom()).isFalse();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(ingest::isReady);
        receipt(ingest.accept(message("d", "1")));
    }

    @Test
    void whatIsNoMessageYetTakesHalfTheBudgetAtMostAndNobodyElseWaitsForIt() throws Exception {
        // When
        int reserved = 0;
        while (ingest.reserve(1_000)) {
            reserved += 1_000;
        }

        // Then
        assertThat(reserved).isEqualTo(50_000);
        assertThat(ingest.hasRoom()).isTrue();
        assertThat(ingest.isReady()).isTrue();
        receipt(ingest.accept(message("d", "1")));
        ingest.release(reserved);
        assertThat(meters.get("headrace.ingest.in.flight.bytes").gauge().value())
                .isZero();
    }
}
