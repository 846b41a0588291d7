package io.headrace.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.KafkaConfig;
import io.headrace.config.Settings;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.secret.SecretBox;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.topics.ClusterTopics;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.AvroSerializer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A hub of one broker and one control plane, for one test class; several hubs share a broker by prefix. */
final class TestHub implements AutoCloseable {
    static final String TOKEN = "an-admin-token-of-the-test";
    static final String VIEWER = "a-viewer-token-of-the-test";
    static final String MASTER_KEY = SecretBox.newMasterKey();
    private static final ObjectMapper JSON = new ObjectMapper();

    final Catalogue topics;
    final InMemorySchemaRegistry registry;
    final String bootstrap;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final KafkaProducer<String, byte[]> producer;
    private final ControlPlane plane;

    /** One broker for all hubs of a test class. */
    static EmbeddedKafka broker(Path folder) {
        return EmbeddedKafka.start(folder);
    }

    TestHub(String bootstrap, String prefix, Path secrets, Map<String, String> more) throws Exception {
        this(bootstrap, prefix, secrets, more, new InMemorySchemaRegistry());
    }

    /** @param registry of the hub; the same one where a hub is started again */
    TestHub(String bootstrap, String prefix, Path secrets, Map<String, String> more, InMemorySchemaRegistry registry)
            throws Exception {
        this.bootstrap = bootstrap;
        this.registry = registry;
        Map<String, String> settings = new HashMap<>(more);
        settings.put("kafka.bootstrap-servers", bootstrap);
        settings.put("kafka.topic-prefix", prefix);
        ControlPlaneConfig config = config(settings, secrets);
        KafkaConfig kafka = config.kafka();
        this.topics = kafka.catalogue();
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            ClusterTopics cluster = new ClusterTopics(admin);
            cluster.apply(cluster.plan(topics));
        }
        this.producer = new KafkaProducer<>(kafka.clientSettings(), new StringSerializer(), new ByteArraySerializer());
        this.plane = ControlPlane.start(config, registry, new SimpleMeterRegistry(), List.of());
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(plane::isReady);
    }

    /** A configuration of what matters to the test and defaults; secrets are files in the folder. */
    static ControlPlaneConfig config(Map<String, String> matters, Path secrets) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafka.partitions", "2",
                "kafka.replication", "1",
                "registry.url", "http://127.0.0.1:1",
                "secrets.master-key-file", file(secrets, "master", MASTER_KEY),
                "control-plane.admin-token-file", file(secrets, "admin", TOKEN),
                "control-plane.viewer-token-file", file(secrets, "viewer", VIEWER),
                "control-plane.listen", "127.0.0.1:0"));
        settings.putAll(matters);
        Settings read = Settings.of(settings);
        ControlPlaneConfig config = ControlPlaneConfig.from(read);
        read.requireAllRead();
        return config;
    }

    private static String file(Path folder, String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + plane.port() + path);
    }

    /** An answer with its body as JSON; missing where there is no body. */
    record Reply(int status, JsonNode json, HttpResponse<String> http) {}

    Reply call(String method, String path, @Nullable String body) throws Exception {
        return call(method, path, body, TOKEN);
    }

    Reply call(String method, String path, @Nullable String body, @Nullable String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        boolean json = response.headers().firstValue("content-type").orElse("").contains("json");
        return new Reply(response.statusCode(), json ? JSON.readTree(response.body()) : JSON.missingNode(), response);
    }

    Reply get(String path) throws Exception {
        return call("GET", path, null);
    }

    HttpClient client() {
        return client;
    }

    RecordMetadata send(
            Topic<?> topic,
            @Nullable Integer partition,
            String key,
            byte @Nullable [] value,
            Map<String, String> headers)
            throws ExecutionException, InterruptedException {
        return send(topic, partition, System.currentTimeMillis(), key, value, headers);
    }

    // ProducerRecord's signature doesn't say that partition and value may be null.
    @SuppressWarnings("NullAway")
    RecordMetadata send(
            Topic<?> topic,
            @Nullable Integer partition,
            long timestamp,
            String key,
            byte @Nullable [] value,
            Map<String, String> headers)
            throws ExecutionException, InterruptedException {
        ProducerRecord<String, byte[]> row = new ProducerRecord<>(topic.name(), partition, timestamp, key, value);
        headers.forEach((name, text) -> row.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return producer.send(row).get();
    }

    <V extends SpecificRecord> byte[] encoded(Topic<V> topic, V value) {
        byte[] bytes = new AvroSerializer<>(topic, registry).serialize(topic.name(), value);
        if (bytes == null) {
            throw new IllegalStateException("no bytes");
        }
        return bytes;
    }

    /** All records of a topic that are there now. */
    <V extends SpecificRecord> List<V> read(Topic<V> topic) {
        AvroDeserializer<V> decoder = new AvroDeserializer<>(topic, registry);
        List<V> values = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> row : rows(topic)) {
            V value = decoder.deserialize(topic.name(), row.value());
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    List<ConsumerRecord<String, byte[]>> rows(Topic<?> topic) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(topic.name(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> rows = new ArrayList<>();
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(rows::add);
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(topic.name() + " couldn't be read in 30 s");
                }
            }
            return rows;
        }
    }

    @Override
    public void close() {
        plane.close();
        producer.close();
    }
}
