package io.headrace.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.Settings;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.embedded.EmbeddedRegistry;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.topics.ClusterTopics;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
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
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A broker and a schema registry that tests share, each test under a topic prefix of its own. */
final class Cluster implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EmbeddedKafka kafka;
    private final EmbeddedRegistry registry;
    private final HttpClient http = HttpClient.newHttpClient();
    private final TopicSerdes serdes;

    Cluster(Path folder) {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        registry = EmbeddedRegistry.start(folder.resolve("registry"));
        serdes = new TopicSerdes(new RegistryClient(RegistryConfig.of(registry.url())));
    }

    TopicSerdes serdes() {
        return serdes;
    }

    Map<String, Object> clientSettings() {
        return kafka.clientSettings();
    }

    /** What an instance needs to join in; the prefix's topics are made. */
    Map<String, String> settings(String prefix, Path state) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafka.bootstrap-servers", kafka.bootstrapServers(),
                "kafka.partitions", "2",
                "kafka.replication", "1",
                "kafka.topic-prefix", prefix,
                "registry.url", registry.url().toString(),
                "processors.state-dir", state.toString(),
                "processors.threads", "1",
                "processors.query.listen", "127.0.0.1:0",
                "processors.rocksdb-size", "32MiB"));
        Catalogue catalogue =
                ProcessorsConfig.from(Settings.of(settings)).kafka().catalogue();
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            ClusterTopics topics = new ClusterTopics(admin);
            topics.apply(topics.plan(catalogue));
        }
        return settings;
    }

    static Processors running(Map<String, String> settings, MeterRegistry meters) {
        Processors processors = Processors.start(ProcessorsConfig.from(Settings.of(settings)), meters);
        await().atMost(LONG).until(processors::isReady);
        return processors;
    }

    void send(Topic<?> topic, List<ProducerRecord<byte[], byte[]>> records) {
        try (var producer =
                new KafkaProducer<>(kafka.clientSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            records.forEach(record -> assertThat(producer.send(record)).isNotNull());
            producer.flush();
        }
    }

    static ProducerRecord<byte[], byte[]> record(Topic<?> topic, String device, String json) {
        return new ProducerRecord<>(topic.name(), device.getBytes(UTF_8), json.getBytes(UTF_8));
    }

    /** All committed records of a topic at this moment. */
    <V> List<ConsumerRecord<String, V>> records(Topic<?> topic, Deserializer<V> deserializer) {
        Map<String, Object> settings = kafka.clientSettings();
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

    HttpResponse<String> ask(Processors processors, String path) throws Exception {
        String base = processors.endpoints().getFirst().split(" ", -1)[1];
        return http.send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofString());
    }

    /** What all instances say of themselves. */
    JsonNode topology(Processors processors) throws Exception {
        return JSON.readTree(ask(processors, "/topology").body()).path("instances");
    }

    @Override
    public void close() {
        http.close();
        registry.close();
        kafka.close();
    }
}
