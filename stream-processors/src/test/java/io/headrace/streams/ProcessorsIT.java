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
import io.headrace.record.Calibration;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole application on a real broker and a real schema registry. */
class ProcessorsIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int MESSAGES = 6_000;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static EmbeddedKafka kafka;
    private static EmbeddedRegistry registry;
    private static TopicSerdes serdes;

    @BeforeAll
    static void startCluster() {
        kafka = EmbeddedKafka.start(shared.resolve("kafka"));
        registry = EmbeddedRegistry.start(shared.resolve("registry"));
        serdes = new TopicSerdes(new RegistryClient(RegistryConfig.of(registry.url())));
    }

    @AfterAll
    static void stopCluster() {
        registry.close();
        kafka.close();
    }

    @Test
    void half_poison_and_a_restart_in_the_middle_lose_nothing_and_double_nothing() throws Exception {
        // Given
        ProcessorsConfig config = config("restart.", "state");
        Catalogue catalogue = config.kafka().catalogue();
        makeTopics(catalogue);

        // When
        Map<String, Outcome> expected = new TreeMap<>();
        try (Processors first = running(config)) {
            produce(catalogue, 0, expected);
            await().atMost(LONG).until(() -> !readings(catalogue).isEmpty());
            assertThat(first.failure()).isEmpty();
        }
        produce(catalogue, MESSAGES / 2, expected);
        try (Processors second = running(config)) {
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(ledger(catalogue)).isEqualTo(expected));
            assertThat(second.failure()).isEmpty();
        }

        // Then
        assertThat(readings(catalogue))
                .extracting(
                        record -> Headers.find(record.headers(), Headers.ORIGIN).orElseThrow())
                .containsExactlyInAnyOrderElementsOf(expected.entrySet().stream()
                        .filter(entry -> entry.getValue() == Outcome.STORED)
                        .map(Map.Entry::getKey)
                        .toList());
        assertThat(records(catalogue.deadLetters(catalogue.raw()), new ByteArrayDeserializer()))
                .hasSize(MESSAGES / 2);
    }

    @Test
    void only_an_application_that_begins_anew_with_a_past_has_its_inputs_wait_for_each_other() throws Exception {
        // Given
        ProcessorsConfig config = config("anew.", "state");
        Catalogue catalogue = config.kafka().catalogue();
        makeTopics(catalogue);
        boolean isAnewWhenEmpty = isAnew(config);
        send(catalogue.raw(), "device-1", "{\"t\":1}".getBytes(UTF_8));
        boolean isAnewAtFirst = isAnew(config);

        // When
        try (Processors first = running(config)) {
            await().atMost(LONG).until(() -> !ledger(catalogue).isEmpty());
            assertThat(first.failure()).isEmpty();
        }

        // Then
        assertThat(isAnewWhenEmpty).as("nothing to be in order").isFalse();
        assertThat(isAnewAtFirst).isTrue();
        await().atMost(LONG).untilAsserted(() -> assertThat(isAnew(config)).isFalse());
        assertThat(isAnew(config("nowhere.", "state"))).as("without topics").isTrue();
    }

    private static boolean isAnew(ProcessorsConfig config) {
        Topology topology =
                new ProcessorsTopology(config, serdes, new Pipeline.ReadyTopics(), new SimpleMeterRegistry()).build();
        return Beginning.isAnew(config.kafka().clientSettings(), config.applicationId(), topology);
    }

    @Test
    void another_host_knows_the_messages_of_before_and_the_devices_as_they_became_meanwhile() throws Exception {
        // Given
        ProcessorsConfig config = config("moved.", "state-1");
        Catalogue catalogue = config.kafka().catalogue();
        makeTopics(catalogue);
        try (Processors first = running(config)) {
            sendWithId(catalogue.raw(), "device-1", "7", "{\"t\":212}");
            await().atMost(LONG).until(() -> ledger(catalogue).containsValue(Outcome.STORED));
            assertThat(first.failure()).isEmpty();
        }
        Device device = Device.newBuilder()
                .setId("device-1")
                .setStatus(DeviceStatus.ENABLED)
                .setTags(Map.of("site", "north"))
                .setCalibrations(Map.of("t", List.of(new Calibration(null, 1.0, -12.0))))
                .setCreatedAt(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH)
                .setRevision(1)
                .build();
        send(
                catalogue.registry(),
                "device-1",
                serdes.of(catalogue.registry()).serializer().serialize("", device));

        // When: nothing of the first one's disk is there
        try (Processors second = running(config("moved.", "state-2"))) {
            sendWithId(catalogue.raw(), "device-1", "7", "{\"t\":212}");
            sendWithId(catalogue.raw(), "device-1", "8", "{\"t\":212}");
            await().atMost(LONG).until(() -> ledger(catalogue).size() == 3);
            assertThat(second.failure()).isEmpty();
        }

        // Then
        assertThat(ledger(catalogue).values()).containsExactly(Outcome.STORED, Outcome.DUPLICATE, Outcome.STORED);
        assertThat(readings(catalogue))
                .extracting(record -> record.value().getValues().get("t"))
                .containsExactly(212L, 200.0);
        assertThat(readings(catalogue).getLast().value().getTags()).isEqualTo(Map.of("site", "north"));
    }

    @Test
    void a_route_takes_effect_live_makes_its_topic_and_is_in_force_after_a_restart() throws Exception {
        // Given
        ProcessorsConfig config = config("route.", "state");
        Catalogue catalogue = config.kafka().catalogue();
        makeTopics(catalogue);
        Topic<Reading> routed = catalogue.routed("hot-ones");
        Route route = new Route(
                "r1",
                true,
                false,
                "values.v > 100.0",
                List.of(Tier.WARM),
                "hot-ones",
                Map.of("k", "x"),
                Map.of(),
                Instant.EPOCH);

        // When
        try (Processors live = running(config)) {
            assertThat(live.isReady()).isTrue();
            send(
                    catalogue.routes(),
                    "r1",
                    serdes.of(catalogue.routes()).serializer().serialize("", route));
            await().atMost(LONG).until(() -> {
                send(catalogue.raw(), "device-0", "{\"v\":101}".getBytes(UTF_8));
                return topics().contains(routed.name()) && !copies(routed).isEmpty();
            });
        }
        int before = copies(routed).size();
        try (Processors again = running(config)) {
            send(catalogue.raw(), "device-0", "{\"v\":102}".getBytes(UTF_8));
            await().atMost(LONG).until(() -> copies(routed).size() > before);
            assertThat(again.failure()).isEmpty();
        }

        // Then
        assertThat(copies(routed))
                .allSatisfy(copy -> assertThat(copy.value().getTags()).containsEntry("k", "x"));
    }

    @Test
    void readings_that_cant_be_read_are_set_aside_once_also_over_a_restart() throws Exception {
        // Given
        ProcessorsConfig config = config("poison.", "state", Map.of("processors.fragments", "hot"));
        Catalogue catalogue = config.kafka().catalogue();
        makeTopics(catalogue);
        Topic<byte[]> letters = catalogue.deadLetters(catalogue.readings());

        // When: nothing but poison, so that no good record takes it along
        try (Processors first = running(config)) {
            for (int i = 0; i < 50; i++) {
                send(catalogue.readings(), "device-" + i, new byte[] {0, 0, 0, 0, (byte) i, 1});
            }
            await().atMost(LONG)
                    .until(() -> records(letters, new ByteArrayDeserializer()).size() >= 50);
            assertThat(first.failure()).isEmpty();
        }
        try (Processors second = running(config)) {
            send(catalogue.readings(), "no device", new byte[] {1});
            await().atMost(LONG)
                    .until(() -> records(letters, new ByteArrayDeserializer()).size() >= 51);
            assertThat(second.failure()).isEmpty();
        }

        // Then
        List<ConsumerRecord<String, byte[]>> set = records(letters, new ByteArrayDeserializer());
        assertThat(set).hasSize(51);
        assertThat(set.stream()
                        .map(letter ->
                                Headers.find(letter.headers(), Headers.REASON).orElse(""))
                        .distinct())
                .containsExactlyInAnyOrder("UNKNOWN_SCHEMA", "INVALID_KEY");
    }

    @Test
    void either_of_two_instances_answers_for_every_device() throws Exception {
        // Given
        ProcessorsConfig config = config("two.", "state-1");
        Catalogue catalogue = config.kafka().catalogue();
        makeTopics(catalogue);
        try (Processors one = running(config);
                Processors other = running(config("two.", "state-2"))) {

            // When
            for (int i = 0; i < 20; i++) {
                send(catalogue.raw(), "device-" + i, ("{\"v\":" + i + "}").getBytes(UTF_8));
            }

            // Then
            for (int i = 0; i < 20; i++) {
                String value = "\"v\":{\"value\":" + i + ",";
                String device = "/hot/device-" + i;
                for (Processors instance : List.of(one, other)) {
                    await().atMost(LONG)
                            .untilAsserted(() -> assertThat(
                                            ask(instance, device + "/latest").body())
                                    .contains(value));
                    assertThat(ask(instance, device + "/recent?metric=v&minutes=1")
                                    .statusCode())
                            .isEqualTo(200);
                }
            }
            assertThat(ask(one, "/hot/nobody/latest").statusCode()).isEqualTo(404);
        }
    }

    private static List<ConsumerRecord<String, Reading>> copies(Topic<Reading> routed) {
        return records(routed, serdes.of(routed).deserializer());
    }

    private ProcessorsConfig config(String prefix, String state) {
        return config(prefix, state, Map.of());
    }

    private ProcessorsConfig config(String prefix, String state, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.putAll(Map.of(
                "kafka.bootstrap-servers",
                kafka.bootstrapServers(),
                "kafka.partitions",
                "3",
                "kafka.replication",
                "1",
                "kafka.topic-prefix",
                prefix,
                "registry.url",
                registry.url().toString(),
                "processors.state-dir",
                folder.resolve(state).toString(),
                "processors.query.listen",
                "127.0.0.1:0",
                "processors.rocksdb-size",
                "32MiB"));
        return ProcessorsConfig.from(Settings.of(settings));
    }

    private static Processors running(ProcessorsConfig config) {
        Processors processors = Processors.start(config, new SimpleMeterRegistry());
        await().atMost(LONG).until(processors::isReady);
        return processors;
    }

    private static void makeTopics(Catalogue catalogue) throws Exception {
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            ClusterTopics topics = new ClusterTopics(admin);
            topics.apply(topics.plan(catalogue));
        }
    }

    /** Sends half of the messages, each second one poison, and notes what must become of each. */
    private static void produce(Catalogue catalogue, int from, Map<String, Outcome> expected) throws Exception {
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

    private static void sendWithId(Topic<?> topic, String device, String id, String payload) {
        try (var producer =
                new KafkaProducer<>(kafka.clientSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            var record = new ProducerRecord<>(topic.name(), device.getBytes(UTF_8), payload.getBytes(UTF_8));
            Headers.set(record.headers(), Headers.MESSAGE_ID, id);
            producer.send(record);
            producer.flush();
        }
    }

    private static void send(Topic<?> topic, String key, byte[] value) {
        try (var producer =
                new KafkaProducer<>(kafka.clientSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.name(), key.getBytes(UTF_8), value));
            producer.flush();
        }
    }

    private static Map<String, Outcome> ledger(Catalogue catalogue) {
        Map<String, Outcome> outcomes = new TreeMap<>();
        for (ConsumerRecord<String, LedgerEntry> page :
                records(catalogue.ledger(), serdes.of(catalogue.ledger()).deserializer())) {
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

    private static List<ConsumerRecord<String, Reading>> readings(Catalogue catalogue) {
        return records(catalogue.readings(), serdes.of(catalogue.readings()).deserializer());
    }

    /** All committed records of a topic at this moment. */
    private static <V> List<ConsumerRecord<String, V>> records(Topic<?> topic, Deserializer<V> deserializer) {
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

    private static Set<String> topics() throws Exception {
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
