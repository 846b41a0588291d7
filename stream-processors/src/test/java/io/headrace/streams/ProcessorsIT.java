package io.headrace.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Topic;
import io.headrace.config.Settings;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.embedded.EmbeddedRegistry;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Reading;
import io.headrace.record.Route;
import io.headrace.record.Tier;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.topics.ClusterTopics;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole application on a real broker and a real schema registry. */
class ProcessorsIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int MESSAGES = 6_000;

    @TempDir
    private Path folder;

    @Test
    void half_poison_and_a_restart_in_the_middle_lose_nothing_and_double_nothing() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"));
                EmbeddedRegistry registry = EmbeddedRegistry.start(folder.resolve("registry"))) {
            // Given
            ProcessorsConfig config = config(kafka, registry.url());
            Catalogue catalogue = config.kafka().catalogue();
            makeTopics(kafka, catalogue);
            TopicSerdes serdes = new TopicSerdes(new RegistryClient(RegistryConfig.of(registry.url())));

            // When
            Map<String, Outcome> expected = new TreeMap<>();
            try (Processors first = running(config)) {
                produce(kafka, catalogue, 0, expected);
                await().atMost(LONG)
                        .until(() -> !readings(kafka, catalogue, serdes).isEmpty());
                assertThat(first.failure()).isEmpty();
            }
            produce(kafka, catalogue, MESSAGES / 2, expected);
            try (Processors second = running(config)) {
                awaitLedger(kafka, catalogue, serdes, expected);

                // Then
                assertThat(readings(kafka, catalogue, serdes))
                        .extracting(record ->
                                Headers.find(record.headers(), Headers.ORIGIN).orElseThrow())
                        .containsExactlyInAnyOrderElementsOf(expected.entrySet().stream()
                                .filter(entry -> entry.getValue() == Outcome.STORED)
                                .map(Map.Entry::getKey)
                                .toList());
                assertThat(records(kafka, catalogue.deadLetters(catalogue.raw()), new ByteArrayDeserializer()))
                        .hasSize(MESSAGES / 2);
                assertThat(ask(second, "/hot/device-3/latest").body()).contains("\"v\":{\"value\":");
                assertThat(ask(second, "/hot/nobody/latest").statusCode()).isEqualTo(404);
                aRouteTakesEffectLive(kafka, catalogue, serdes);
            }
        }
    }

    private static void aRouteTakesEffectLive(EmbeddedKafka kafka, Catalogue catalogue, TopicSerdes serdes) {
        // Given
        Topic<Reading> routed = catalogue.routed("hot-ones");
        Route route = new Route(
                "r1",
                true,
                false,
                "values.v > 100.0",
                List.of(Tier.WARM),
                "hot-ones",
                Map.of("routed", "yes"),
                java.time.Instant.EPOCH);

        // When
        send(
                kafka,
                catalogue.routes().name(),
                "r1",
                serdes.of(catalogue.routes()).serializer().serialize("", route));

        // Then
        await().atMost(LONG).until(() -> {
            send(kafka, catalogue.raw().name(), "device-0", "{\"v\":101}".getBytes(UTF_8));
            return topics(kafka).contains(routed.name())
                    && !records(kafka, routed, serdes.of(routed).deserializer()).isEmpty();
        });
        Reading copy = records(kafka, routed, serdes.of(routed).deserializer())
                .getFirst()
                .value();
        assertThat(copy.getTags()).containsEntry("routed", "yes");
    }

    private ProcessorsConfig config(EmbeddedKafka kafka, URI registry) {
        return ProcessorsConfig.from(Settings.of(Map.of(
                "kafka.bootstrap-servers", kafka.bootstrapServers(),
                "kafka.partitions", "3",
                "kafka.replication", "1",
                "registry.url", registry.toString(),
                "processors.state-dir", folder.resolve("state").toString(),
                "processors.query.listen", "127.0.0.1:0",
                "processors.rocksdb-size", "32MiB")));
    }

    private static Processors running(ProcessorsConfig config) {
        Processors processors = Processors.start(config, new SimpleMeterRegistry());
        await().atMost(LONG).until(processors::isReady);
        return processors;
    }

    private static void makeTopics(EmbeddedKafka kafka, Catalogue catalogue) throws Exception {
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            ClusterTopics topics = new ClusterTopics(admin);
            topics.apply(topics.plan(catalogue));
        }
    }

    /** Sends half of the messages, each second one poison, and notes what must become of each. */
    private static void produce(EmbeddedKafka kafka, Catalogue catalogue, int from, Map<String, Outcome> expected)
            throws Exception {
        try (var producer =
                new KafkaProducer<>(kafka.clientSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = from; i < from + MESSAGES / 2; i++) {
                boolean poison = i % 2 == 0;
                String payload = poison ? "{\"v\":" : "{\"v\":" + i + "}";
                byte[] device = ("device-" + i % 10).getBytes(UTF_8);
                var sent = producer.send(
                        new ProducerRecord<>(catalogue.raw().name(), device, payload.getBytes(UTF_8)),
                        (metadata, failure) -> {
                            if (failure == null) {
                                synchronized (expected) {
                                    expected.put(
                                            metadata.partition() + ":" + metadata.offset(),
                                            poison ? Outcome.DEAD_LETTERED : Outcome.STORED);
                                }
                            }
                        });
                assertThat(sent).isNotNull();
            }
            producer.flush();
        }
    }

    private static void send(EmbeddedKafka kafka, String topic, String key, byte[] value) {
        try (var producer =
                new KafkaProducer<>(kafka.clientSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
            producer.flush();
        }
    }

    private static void awaitLedger(
            EmbeddedKafka kafka, Catalogue catalogue, TopicSerdes serdes, Map<String, Outcome> expected) {
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(ledger(kafka, catalogue, serdes)).isEqualTo(expected));
    }

    private static Map<String, Outcome> ledger(EmbeddedKafka kafka, Catalogue catalogue, TopicSerdes serdes) {
        Map<String, Outcome> outcomes = new TreeMap<>();
        for (ConsumerRecord<String, LedgerEntry> page :
                records(kafka, catalogue.ledger(), serdes.of(catalogue.ledger()).deserializer())) {
            byte[] codes = page.value().getOutcomes().array();
            for (int i = 0; i < LedgerPage.SIZE; i++) {
                if (codes[i] != 0) {
                    long offset = page.value().getBaseOffset() + i;
                    outcomes.put(page.value().getPartition() + ":" + offset, Outcome.ofCode(codes[i]));
                }
            }
        }
        return outcomes;
    }

    private static List<ConsumerRecord<String, Reading>> readings(
            EmbeddedKafka kafka, Catalogue catalogue, TopicSerdes serdes) {
        return records(
                kafka, catalogue.readings(), serdes.of(catalogue.readings()).deserializer());
    }

    /** All committed records of a topic at this moment. */
    private static <V> List<ConsumerRecord<String, V>> records(
            EmbeddedKafka kafka, Topic<?> topic, Deserializer<V> deserializer) {
        Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
        settings.put("isolation.level", "read_committed");
        List<ConsumerRecord<String, V>> all = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), deserializer)) {
            List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + LONG.toNanos();
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
        }
        return all;
    }

    private static java.util.Set<String> topics(EmbeddedKafka kafka) throws Exception {
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            return admin.listTopics().names().get();
        }
    }

    private static HttpResponse<String> ask(Processors processors, String path) throws Exception {
        String base = processors.endpoints().getFirst().split(" ", -1)[1];
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofString());
        }
    }
}
