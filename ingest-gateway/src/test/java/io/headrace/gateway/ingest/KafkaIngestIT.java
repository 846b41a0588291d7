package io.headrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.TestHub;
import io.headrace.gateway.ingest.Message.Fact;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real broker, and what happens when the broker goes away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaIngestIT extends IngestContract {
    private static final long BUDGET = 200_000;

    private TestHub hub;
    private KafkaIngest ingest;
    private final Set<Receipt> storedBefore = new HashSet<>();
    private boolean isBrokerUp = true;

    @BeforeAll
    void startHub(@TempDir Path folder) {
        hub = new TestHub(folder);
    }

    @AfterAll
    void stopHub() {
        hub.close();
    }

    @BeforeEach
    void open() {
        hub.raw().forEach(record -> storedBefore.add(new Receipt(record.partition(), record.offset())));
        ingest = opened(Duration.ofMinutes(2));
    }

    private KafkaIngest opened(Duration deliveryTimeout) {
        IngestConfig config =
                new IngestConfig(MAX_PAYLOAD, BUDGET, deliveryTimeout, Duration.ofMillis(1), 16 << 10, "lz4", Map.of());
        KafkaIngest opened = KafkaIngest.start(hub.kafka(), config, "gateway-1", new SimpleMeterRegistry());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(opened::isReady);
        return opened;
    }

    @AfterEach
    void close() {
        startBroker();
        ingest.close();
    }

    private void stopBroker() {
        hub.stopBroker();
        isBrokerUp = false;
    }

    private void startBroker() {
        if (!isBrokerUp) {
            hub.startBroker();
            isBrokerUp = true;
        }
    }

    @Override
    Ingest ingest() {
        return ingest;
    }

    @Override
    List<Seen> stored() {
        return hub.raw().stream()
                .map(KafkaIngestIT::seen)
                .filter(seen -> !storedBefore.contains(seen.receipt()))
                .toList();
    }

    private static Seen seen(ConsumerRecord<String, byte[]> record) {
        List<Fact> facts = new ArrayList<>();
        record.headers()
                .forEach(header ->
                        facts.add(new Fact(header.key(), new String(header.value(), StandardCharsets.UTF_8))));
        return new Seen(
                new Receipt(record.partition(), record.offset()),
                record.key(),
                TestHub.text(record),
                record.timestamp(),
                facts);
    }

    @Override
    void fill() {
        stopBroker();
        while (ingest.hasRoom()) {
            ingest.accept(message("filler", "x".repeat(1000)));
        }
    }

    @Override
    void answer() {
        startBroker();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(ingest::hasRoom);
    }

    @Test
    void recordsOfADeviceLieWhereKafkasOwnProducerPutsThem() throws Exception {
        // Given
        Map<String, Integer> expected = new HashMap<>();
        try (KafkaProducer<String, byte[]> plain =
                new KafkaProducer<>(hub.kafka().clientSettings(), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 40; i++) {
                String device = "placed-" + i;
                expected.put(
                        device,
                        plain.send(new ProducerRecord<>(
                                        hub.kafka().catalogue().raw().name(), device, new byte[1]))
                                .get(20, TimeUnit.SECONDS)
                                .partition());
            }
        }

        // When
        Map<String, Integer> placed = new HashMap<>();
        for (String device : expected.keySet()) {
            placed.put(device, receipt(ingest.accept(message(device, "1"))).partition());
        }

        // Then
        assertThat(placed).isEqualTo(expected);
    }

    /** One message of the load, and what became of it. */
    private record Sent(String device, int number, CompletableFuture<Receipt> receipt) {
        String payload() {
            return device + "/" + number;
        }

        boolean isAcknowledged() {
            return receipt.isDone() && !receipt.isCompletedExceptionally();
        }

        void awaitAnswer() throws Exception {
            try {
                receipt.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException refused) {
                assertThat(refused).hasRootCauseInstanceOf(NotStoredException.class);
            }
        }
    }

    private List<Sent> send(int devices, int from, int to) {
        List<Sent> sent = new ArrayList<>();
        for (int number = from; number < to; number++) {
            for (int d = 0; d < devices; d++) {
                String device = "load-" + d;
                byte[] payload = (device + "/" + number).getBytes(StandardCharsets.UTF_8);
                Message message = new Message(new DeviceId(device), payload, System.currentTimeMillis(), List.of());
                sent.add(new Sent(device, number, ingest.accept(message).toCompletableFuture()));
            }
        }
        return sent;
    }

    @Test
    void aBrokerThatGoesAwayAndComesBackLosesNothingAcknowledgedAndKeepsTheOrder() throws Exception {
        // Given
        List<Sent> sent = new ArrayList<>(send(4, 0, 50));
        for (Sent each : sent) {
            each.receipt().get(20, TimeUnit.SECONDS);
        }

        // When
        stopBroker();
        List<Sent> whileAway = send(4, 50, 100);
        assertThat(whileAway).noneMatch(Sent::isAcknowledged);
        startBroker();
        awaitAcknowledgement();
        List<Sent> afterwards = send(4, 100, 150);

        // Then: what waited in the producer is stored now; what came when the producer had forgotten the topic is
        // refused
        for (Sent each : whileAway) {
            each.awaitAnswer();
        }
        for (Sent each : afterwards) {
            each.receipt().get(60, TimeUnit.SECONDS);
        }
        whileAway.stream().filter(Sent::isAcknowledged).forEach(sent::add);
        sent.addAll(afterwards);
        assertStored(sent);
    }

    /** Each acknowledged message stands where its receipt says, and each device's stand in their order. */
    private void assertStored(List<Sent> sent) {
        Map<Receipt, String> stored = new HashMap<>();
        Map<String, List<String>> byDevice = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : hub.raw()) {
            stored.put(new Receipt(record.partition(), record.offset()), TestHub.text(record));
            byDevice.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(TestHub.text(record));
        }
        Map<String, List<String>> expected = new HashMap<>();
        for (Sent each : sent) {
            assertThat(stored).containsEntry(each.receipt().join(), each.payload());
            expected.computeIfAbsent(each.device(), _ -> new ArrayList<>()).add(each.payload());
        }
        expected.forEach((device, payloads) -> assertThat(byDevice.get(device)).containsSubsequence(payloads));
    }

    @Test
    void messagesGivenUpAreNotAcknowledgedAndTheNextOnesAreWithoutARestart() throws Exception {
        // Given
        ingest.close();
        ingest = opened(Duration.ofSeconds(2));
        stopBroker();

        // When
        List<Sent> givenUp = send(2, 1000, 1020);

        // Then
        for (Sent each : givenUp) {
            assertNotStored(each.receipt(), NotStoredException.Cause.UNAVAILABLE);
        }
        startBroker();
        awaitAcknowledgement();
        Set<String> stored = new HashSet<>();
        hub.raw().forEach(record -> stored.add(TestHub.text(record)));
        assertThat(stored).contains("probe");
    }

    /** Tries as a device does that is refused: until a message is taken. */
    private void awaitAcknowledgement() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> ingest.accept(message("prober", "probe"))
                        .toCompletableFuture()
                        .handle((receipt, _) -> receipt != null)
                        .get(20, TimeUnit.SECONDS));
    }

    @Test
    void aGatewayThatStartsBeforeKafkaTakesMessagesWhenKafkaIsThere() throws Exception {
        // Given
        ingest.close();
        stopBroker();
        IngestConfig config = new IngestConfig(
                MAX_PAYLOAD, BUDGET, Duration.ofMinutes(2), Duration.ofMillis(1), 16 << 10, "lz4", Map.of());
        ingest = KafkaIngest.start(hub.kafka(), config, "gateway-1", new SimpleMeterRegistry());
        assertThat(ingest.hasRoom()).isFalse();
        assertNotStored(ingest.accept(message("early", "1")), NotStoredException.Cause.UNAVAILABLE);

        // When
        startBroker();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(ingest::hasRoom);

        // Then
        receipt(ingest.accept(message("early", "1")));
    }

    @Test
    void withoutAMessageOnItsWayTooItIsNotReadyWhileKafkaIsAway() {
        // When
        stopBroker();

        // Then
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !ingest.isReady());
        startBroker();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(ingest::isReady);
    }
}
